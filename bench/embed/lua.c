/* lua SCRIPT: measure.h; built with Lua and with LuaJIT. */
#include "measure.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static int add(lua_State *state) {
    lua_pushinteger(state, lua_tointeger(state, 1) + lua_tointeger(state, 2));
    return 1;
}

static lua_State *new_state(void) {
    lua_State *state = luaL_newstate();
    luaL_openlibs(state);
    lua_newtable(state);
    lua_pushcfunction(state, add);
    lua_setfield(state, -2, "add");
    lua_setglobal(state, "host");
    return state;
}

static void load(lua_State *state, const char *text, size_t size) {
    must(luaL_loadbuffer(state, text, size, "script.lua"), "load");
    must(lua_pcall(state, 0, 0, 0), "run");
}

static void measure_states(void) {
    static lua_State *states[ISOLATES];
    double kib = resident_kib();
    for (int i = 0; i < ISOLATES; i++)
        states[i] = new_state();
    printf("isolate_kib %.1f\n", (resident_kib() - kib) / ISOLATES);
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        double start = micros();
        for (int n = 0; n < 100; n++)
            lua_close(new_state());
        best = least(best, (micros() - start) / 100);
    }
    printf("isolate_us %.2f\n", best);
    for (int i = 0; i < ISOLATES; i++)
        lua_close(states[i]);
}

static void measure_calls(lua_State *state) {
    lua_getglobal(state, "add");
    int function = luaL_ref(state, LUA_REGISTRYINDEX);
    lua_getglobal(state, "callHost");
    int loop = luaL_ref(state, LUA_REGISTRYINDEX);
    double call = 1e9, host = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        double start = micros();
        lua_Integer sum = 0;
        for (lua_Integer n = 0; n < CALLS; n++) {
            lua_rawgeti(state, LUA_REGISTRYINDEX, function);
            lua_pushinteger(state, sum);
            lua_pushinteger(state, n);
            must(lua_pcall(state, 2, 1, 0), "add");
            sum = lua_tointeger(state, -1);
            lua_pop(state, 1);
        }
        call = least(call, (micros() - start) * 1e3 / CALLS);
        start = micros();
        lua_rawgeti(state, LUA_REGISTRYINDEX, loop);
        lua_pushinteger(state, CALLS);
        must(lua_pcall(state, 1, 1, 0), "callHost");
        lua_pop(state, 1);
        host = least(host, (micros() - start) * 1e3 / CALLS);
    }
    printf("call_ns %.1f\nhost_ns %.1f\n", call, host);
}

int main(int argc, char **argv) {
    size_t size;
    const char *text = read_script(argc == 2 ? argv[1] : "", &size);
    double start = micros();
    lua_State *state = new_state();
    printf("start_us %.0f\n", micros() - start);
    start = micros();
    load(state, text, size);
    printf("first_us %.0f\n", micros() - start);
    double best = 1e9;
    for (int i = 0; i < COMPILES; i++) {
        start = micros();
        load(state, text, size);
        best = least(best, micros() - start);
    }
    printf("compile_us %.0f\n", best);
    measure_calls(state);
    measure_states();
    lua_close(state);
    return 0;
}
