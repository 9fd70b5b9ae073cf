/* How an operation on a module ended. */
#ifndef COR_BYTECODE_STATUS_H
#define COR_BYTECODE_STATUS_H

typedef enum CorModuleStatus {
    COR_MODULE_OK,
    COR_MODULE_NO_MEMORY,
    COR_MODULE_REJECTED, /* the input is wrong; the operation's error says where and by which rule */
} CorModuleStatus;

#endif
