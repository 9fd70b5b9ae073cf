/* The disassembler: declarations here, code in disassembler_code.c, names and types in disassembler_names.c. */
#include "vm/bytecode/disassembler.h"

#include <string.h>

#include "vm/bytecode/assembly_names.h"
#include "vm/bytecode/disassembler_internal.h"
#include "vm/bytecode/syscall.h"

static void put_flags(Disassembler *dis, uint32_t flags, const char *const *names) {
    uint32_t bit = 0;
    for (; names[bit] != NULL; bit++) {
        if ((flags & UINT32_C(1) << bit) != 0) {
            dis_printf(dis, " %s", names[bit]);
        }
    }
    uint32_t unknown = flags & ~((UINT32_C(1) << bit) - 1);
    if (unknown != 0) {
        dis_printf(dis, " flags 0x%x", unknown);
    }
}

static void put_doc(Disassembler *dis, const char *indent, uint32_t doc) {
    if (doc != 0) {
        dis_printf(dis, "%sdoc ", indent);
        dis_string(dis, doc);
        dis_printf(dis, "\n");
    }
}

static void put_imported(Disassembler *dis, uint32_t module) {
    if (module != COR_NONE) {
        dis_printf(dis, "  imported ");
        dis_string(dis, module);
        dis_printf(dis, "\n");
    }
}

static void put_type_params(Disassembler *dis, const CorTypeParam *params, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        dis_printf(dis, "  param ");
        dis_string(dis, params[i].name);
        for (uint32_t j = 0; j < params[i].bound_count; j++) {
            dis_printf(dis, j == 0 ? " : " : ", ");
            dis_type(dis, params[i].bounds[j]);
        }
        dis_printf(dis, "\n");
    }
}

static void put_fields(Disassembler *dis, const char *indent, const CorField *fields, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        dis_printf(dis, "%sfield ", indent);
        dis_string(dis, fields[i].name);
        dis_printf(dis, " ");
        dis_type(dis, fields[i].type);
        put_flags(dis, fields[i].flags & COR_FIELD_FLAGS, cor_field_flag_names);
        uint32_t elements = fields[i].flags >> COR_FIELD_COUNT_SHIFT;
        dis_printf(dis, elements != 0 ? " count %u\n" : "\n", elements);
        put_doc(dis, indent, fields[i].doc);
    }
}

static void put_definition(Disassembler *dis, uint32_t index) {
    const CorDefinition *definition = &dis->module->definitions[index];
    dis_printf(dis, "\n%s ", cor_definition_kind_names[definition->kind]);
    dis_symbol(dis, &dis->definitions, index);
    dis_printf(dis, " ");
    dis_string(dis, definition->name);
    put_flags(dis, definition->flags, cor_definition_flag_names);
    dis_printf(dis, "\n");
    put_imported(dis, definition->module);
    put_doc(dis, "  ", definition->doc);
    put_type_params(dis, definition->params, definition->param_count);
    if (definition->super != COR_NONE) {
        dis_printf(dis, "  super ");
        dis_type(dis, definition->super);
        dis_printf(dis, "\n");
    }
    for (uint32_t i = 0; i < definition->interface_count; i++) {
        dis_printf(dis, "  implements ");
        dis_type(dis, definition->interfaces[i]);
        dis_printf(dis, "\n");
    }
    put_fields(dis, "  ", definition->fields, definition->field_count);
    for (uint32_t i = 0; i < definition->case_count; i++) {
        const CorCase *item = &definition->cases[i];
        dis_printf(dis, "  case ");
        dis_string(dis, item->name);
        dis_printf(dis, "\n");
        put_doc(dis, "  ", item->doc);
        put_fields(dis, "    ", item->fields, item->field_count);
    }
    dis_printf(dis, "end\n");
}

static void put_extends(Disassembler *dis, uint32_t type) {
    if (type != COR_NONE) {
        dis_printf(dis, "  extends ");
        dis_type(dis, type);
        dis_printf(dis, "\n");
    }
}

static void put_function_header(Disassembler *dis, const CorFunction *function) {
    put_imported(dis, function->module);
    put_doc(dis, "  ", function->doc);
    if (function->owner != COR_NONE) {
        dis_printf(dis, "  owner ");
        dis_symbol(dis, &dis->definitions, function->owner);
        dis_printf(dis, "\n");
    }
    put_extends(dis, function->extends);
    put_type_params(dis, function->params, function->param_count);
    if (function->own_param_start != 0) {
        dis_printf(dis, "  own_params_from %u\n", function->own_param_start);
    }
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        const CorParameter *parameter = &function->parameters[i];
        dis_printf(dis, "  parameter ");
        dis_string(dis, parameter->name);
        dis_printf(dis, " ");
        dis_type(dis, parameter->type);
        if (parameter->default_function != COR_NONE) {
            dis_printf(dis, " default ");
            dis_symbol(dis, &dis->functions, parameter->default_function);
        }
        dis_printf(dis, "\n");
    }
    dis_printf(dis, "  result ");
    dis_type(dis, function->result);
    dis_printf(dis, "\n");
    if (function->intrinsic != 0) {
        dis_printf(dis, "  intrinsic ");
        dis_string(dis, function->intrinsic);
        dis_printf(dis, "\n");
    }
    if (function->source_file != 0) {
        dis_printf(dis, "  source ");
        dis_string(dis, function->source_file);
        dis_printf(dis, "\n");
    }
}

static void put_function(Disassembler *dis, uint32_t index) {
    const CorFunction *function = &dis->module->functions[index];
    dis_printf(dis, "\nfunction ");
    dis_symbol(dis, &dis->functions, index);
    dis_printf(dis, " ");
    dis_string(dis, function->name);
    put_flags(dis, function->flags, cor_function_flag_names);
    dis_printf(dis, "\n");
    put_function_header(dis, function);
    if (function->code_size != 0) {
        dis_code(dis, function);
    }
    dis_printf(dis, "end\n");
}

static void put_global(Disassembler *dis, uint32_t index) {
    const CorGlobal *global = &dis->module->globals[index];
    dis_printf(dis, "\nglobal ");
    dis_symbol(dis, &dis->globals, index);
    dis_printf(dis, " ");
    dis_string(dis, global->name);
    dis_printf(dis, " ");
    dis_type(dis, global->type);
    put_flags(dis, global->flags, cor_global_flag_names);
    dis_printf(dis, "\n");
    put_imported(dis, global->module);
    put_doc(dis, "  ", global->doc);
    if (global->owner != COR_NONE) {
        dis_printf(dis, "  owner ");
        dis_symbol(dis, &dis->definitions, global->owner);
        dis_printf(dis, "\n");
    }
    put_extends(dis, global->extends);
    dis_printf(dis, "end\n");
}

static void put_named_constant(Disassembler *dis, const CorNamedConstant *constant) {
    dis_printf(dis, "\nexport ");
    dis_string(dis, constant->name);
    dis_printf(dis, " ");
    dis_constant(dis, constant->constant);
    put_flags(dis, constant->flags, cor_global_flag_names);
    dis_printf(dis, "\n");
    put_doc(dis, "  ", constant->doc);
    if (constant->owner != COR_NONE) {
        dis_printf(dis, "  owner ");
        dis_symbol(dis, &dis->definitions, constant->owner);
        dis_printf(dis, "\n");
    }
    put_extends(dis, constant->extends);
    dis_printf(dis, "end\n");
}

static void put_conformance(Disassembler *dis, const CorConformance *conformance) {
    dis_printf(dis, "\nconformance ");
    dis_type(dis, conformance->type);
    dis_printf(dis, " : ");
    dis_type(dis, conformance->interface);
    dis_printf(dis, "\n");
    put_imported(dis, conformance->module == 0 ? COR_NONE : conformance->module);
    put_type_params(dis, conformance->params, conformance->param_count);
    for (uint32_t i = 0; i < conformance->method_count; i++) {
        dis_printf(dis, "  method ");
        if (conformance->methods[i] == COR_NONE) {
            dis_printf(dis, "none");
        } else {
            dis_symbol(dis, &dis->functions, conformance->methods[i]);
        }
        dis_printf(dis, "\n");
    }
    dis_printf(dis, "end\n");
}

/* The tables whose order the text has to fix: what stands in them is written out again wherever it is used. */
static void put_tables(Disassembler *dis) {
    const CorModule *module = dis->module;
    dis_printf(dis, "\ntypes\n");
    for (uint32_t i = 0; i < module->type_count; i++) {
        dis_printf(dis, "  ");
        dis_type_entry(dis, i);
        dis_printf(dis, "\n");
    }
    dis_printf(dis, "end\n");
    if (module->function_ref_count != 0) {
        dis_printf(dis, "\nreferences\n");
        for (uint32_t i = 0; i < module->function_ref_count; i++) {
            dis_printf(dis, "  ");
            dis_function_ref(dis, i);
            dis_printf(dis, "\n");
        }
        dis_printf(dis, "end\n");
    }
    if (module->constant_count != 0) {
        dis_printf(dis, "\nconstants\n");
        for (uint32_t i = 0; i < module->constant_count; i++) {
            dis_printf(dis, "  ");
            dis_constant(dis, i);
            dis_printf(dis, "\n");
        }
        dis_printf(dis, "end\n");
    }
}

static void put_imports(Disassembler *dis) {
    static const uint8_t any[32];
    for (uint32_t i = 0; i < dis->module->import_count; i++) {
        const uint8_t *hash = dis->module->import_hashes[i];
        dis_printf(dis, "import ");
        dis_string(dis, dis->module->imports[i]);
        if (memcmp(hash, any, sizeof any) != 0) {
            dis_printf(dis, " ");
            for (int j = 0; j < 32; j++) {
                dis_printf(dis, "%02x", hash[j]);
            }
        }
        dis_printf(dis, "\n");
    }
}

static void put_header(Disassembler *dis) {
    const CorModule *module = dis->module;
    dis_printf(dis, "module ");
    dis_string(dis, module->name);
    dis_printf(dis, "\n");
    put_doc(dis, "", module->doc);
    if (module->source_file != 0) {
        dis_printf(dis, "source ");
        dis_string(dis, module->source_file);
        dis_printf(dis, "\n");
    }
    put_imports(dis);
    for (uint32_t i = 0; i < module->syscall_count; i++) {
        uint32_t number = module->syscalls[i];
        if (number < COR_SYSCALL_COUNT) {
            dis_printf(dis, "require %s\n", cor_syscall_info[number].name);
        } else {
            dis_printf(dis, "require #%u\n", number);
        }
    }
    if (module->initializer != COR_NONE) {
        dis_printf(dis, "initializer ");
        dis_symbol(dis, &dis->functions, module->initializer);
        dis_printf(dis, "\n");
    }
    if (module->main_function != COR_NONE) {
        dis_printf(dis, "main ");
        dis_symbol(dis, &dis->functions, module->main_function);
        dis_printf(dis, "\n");
    }
}

bool cor_disassemble(const CorModule *module, CorByteBuffer *out) {
    Disassembler dis = {.module = module, .out = out, .arena = cor_arena_new()};
    if (dis.arena == NULL || !dis_names_begin(&dis)) {
        cor_arena_free(dis.arena);
        return false;
    }
    put_header(&dis);
    put_tables(&dis);
    for (uint32_t i = 0; i < module->definition_count; i++) {
        put_definition(&dis, i);
    }
    for (uint32_t i = 0; i < module->global_count; i++) {
        put_global(&dis, i);
    }
    for (uint32_t i = 0; i < module->named_constant_count; i++) {
        put_named_constant(&dis, &module->named_constants[i]);
    }
    for (uint32_t i = 0; i < module->conformance_count; i++) {
        put_conformance(&dis, &module->conformances[i]);
    }
    for (uint32_t i = 0; i < module->function_count; i++) {
        put_function(&dis, i);
    }
    cor_arena_free(dis.arena);
    return !dis.failed && !out->failed;
}
