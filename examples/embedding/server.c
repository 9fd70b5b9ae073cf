/* A server that runs functions of its users.
 *
 *     gcc server.c -pthread $(pkg-config --cflags --libs coracle) -o server
 *     ./server 7777
 *
 * listens on port 7777 of this machine; without an argument it serves standard input.  A connection sends lines:
 *
 *     define double fn handle(text: string): string => text + text
 *     call double abc
 *
 * and gets a line of JSON for each: {"defined": "double"}, {"result": "abcabc"}, or {"error": "...", "message": "..."}.  A function is
 * compiled once, for all connections; each call runs in an isolate of its own, with limits of fuel, memory and time, and nothing that it
 * does is seen by another call.  A thread serves each connection, and one watches the time. */
#include <coracle.h>

#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FUEL = 20000000, HEAP_BYTES = 8 << 20, STACK_BYTES = 256 << 10, MILLISECONDS = 300, TICK = 20 };

typedef struct Definition {
    char name[32];
    CoracleModule *module; /* has the function `handle` */
    struct Definition *next;
} Definition;

/* A call that runs. */
typedef struct Call {
    CoracleIsolate *isolate;
    long deadline;
    struct Call *next;
} Call;

typedef struct Server {
    CoracleEngine *engine;
    pthread_mutex_t lock; /* of what follows */
    Definition *definitions;
    Call *calls;
} Server;

typedef struct Connection {
    Server *server;
    FILE *in, *out;
} Connection;

static void sleep_for(long milliseconds) {
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

/* ---- Time -------------------------------------------------------------------------------------- */

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void *watch(void *opaque) {
    Server *server = opaque;
    for (;;) {
        sleep_for(TICK);
        pthread_mutex_lock(&server->lock);
        for (Call *call = server->calls; call; call = call->next)
            if (now() >= call->deadline)
                coracle_isolate_time_out(call->isolate);
        pthread_mutex_unlock(&server->lock);
    }
    return NULL;
}

static void begin_call(Server *server, Call *call) {
    pthread_mutex_lock(&server->lock);
    call->next = server->calls;
    server->calls = call;
    pthread_mutex_unlock(&server->lock);
}

static void end_call(Server *server, Call *call) {
    pthread_mutex_lock(&server->lock);
    Call **at = &server->calls;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    pthread_mutex_unlock(&server->lock);
}

/* What the server offers to its users: `server.wait(milliseconds: int)`. */
static CoracleStatus wait_for(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                              CoracleValue *result) {
    (void)context, (void)result;
    if (arguments[0].integer < 0 || arguments[0].integer > MILLISECONDS)
        return coracle_isolate_throw(isolate, "ValueError", "that is too long");
    sleep_for((long)arguments[0].integer);
    return CORACLE_OK;
}

/* ---- Answers ----------------------------------------------------------------------------------- */

static void put_text(FILE *out, const char *text, size_t length) {
    fputc('"', out);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '"' || byte == '\\')
            fprintf(out, "\\%c", byte);
        else if (byte < 0x20)
            fprintf(out, "\\u%04x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

static void answer_error(FILE *out, const char *error, const char *message) {
    fputs("{\"error\": ", out);
    put_text(out, error, strlen(error));
    fputs(", \"message\": ", out);
    put_text(out, message, strlen(message));
    fputs("}\n", out);
}

static void answer(FILE *out, CoracleIsolate *isolate, CoracleStatus status, const CoracleValue *result) {
    switch (status) {
    case CORACLE_OK:
        fputs("{\"result\": ", out);
        put_text(out, result->string.bytes, result->string.length);
        fputs("}\n", out);
        break;
    case CORACLE_THROWN:
        answer_error(out, coracle_isolate_error(isolate)->type, coracle_isolate_error(isolate)->message);
        break;
    case CORACLE_OUT_OF_FUEL: answer_error(out, "OutOfFuel", "the call does too much"); break;
    case CORACLE_TIMED_OUT: answer_error(out, "TimedOut", "the call takes too long"); break;
    case CORACLE_EXITED: answer_error(out, "Exited", "the call has ended the program"); break;
    default: answer_error(out, "Failed", coracle_isolate_message(isolate)); break;
    }
}

/* ---- Requests ---------------------------------------------------------------------------------- */

static CoracleModule *find(Server *server, const char *name) {
    CoracleModule *module = NULL;
    pthread_mutex_lock(&server->lock);
    for (Definition *definition = server->definitions; definition && !module; definition = definition->next)
        if (strcmp(definition->name, name) == 0)
            module = definition->module;
    pthread_mutex_unlock(&server->lock);
    return module;
}

/* The last definition of a name counts; calls that run still have theirs. */
static void define(Server *server, FILE *out, const char *name, const char *function) {
    char source[2000];
    CoracleMessage message = {"out of memory"};
    Definition *definition = calloc(1, sizeof *definition);
    snprintf(source, sizeof source, "import server\npub %s\n", function);
    if (!definition || coracle_engine_compile(server->engine, name, source, strlen(source),
                                              &definition->module, &message) != CORACLE_OK) {
        message.text[strcspn(message.text, "\n")] = '\0';
        answer_error(out, "Rejected", message.text);
        free(definition);
        return;
    }
    snprintf(definition->name, sizeof definition->name, "%s", name);
    pthread_mutex_lock(&server->lock);
    definition->next = server->definitions;
    server->definitions = definition;
    pthread_mutex_unlock(&server->lock);
    fprintf(out, "{\"defined\": \"%s\"}\n", name);
}

static void call(Server *server, FILE *out, const char *name, const char *text) {
    const CoracleIsolateOptions limits = {.fuel = FUEL, .heap_bytes = HEAP_BYTES, .stack_bytes = STACK_BYTES};
    const CoracleValue argument = {.kind = CORACLE_STRING, .string = {text, strlen(text)}};
    CoracleModule *module = find(server, name);
    if (!module) {
        answer_error(out, "NotFound", "there is no such function");
        return;
    }
    Call running = {.isolate = coracle_isolate_new(server->engine, &limits),
                    .deadline = now() + MILLISECONDS};
    if (!running.isolate) {
        answer_error(out, "Failed", "out of memory");
        return;
    }
    CoracleValue result = {.kind = CORACLE_VOID};
    begin_call(server, &running);
    CoracleStatus status = coracle_isolate_call(running.isolate, module, "handle", &argument, 1, &result);
    end_call(server, &running);
    if (status == CORACLE_OK && result.kind != CORACLE_STRING)
        answer_error(out, "Failed", "`handle` gives no string");
    else
        answer(out, running.isolate, status, &result);
    coracle_isolate_free(running.isolate);
}

static void *serve(void *opaque) {
    Connection *connection = opaque;
    char line[1800], command[16], name[32];
    while (fgets(line, sizeof line, connection->in)) {
        int at = 0;
        line[strcspn(line, "\r\n")] = '\0';
        int words = sscanf(line, "%15s %31[a-z] %n", command, name, &at);
        if (words == 2 && strcmp(command, "define") == 0)
            define(connection->server, connection->out, name, line + at);
        else if (words == 2 && strcmp(command, "call") == 0)
            call(connection->server, connection->out, name, line + at);
        else
            answer_error(connection->out, "Failed", "define NAME FUNCTION, or call NAME TEXT");
        fflush(connection->out);
    }
    return NULL;
}

/* ---- Connections ------------------------------------------------------------------------------- */

static void *serve_socket(void *opaque) {
    Connection *connection = opaque;
    serve(connection);
    fclose(connection->in);
    fclose(connection->out);
    free(connection);
    return NULL;
}

static void accept_one(Server *server, int socket) {
    Connection *connection = calloc(1, sizeof *connection);
    pthread_t thread;
    if (connection) {
        *connection = (Connection){server, fdopen(socket, "r"), fdopen(dup(socket), "w")};
        if (connection->in && connection->out &&
            pthread_create(&thread, NULL, serve_socket, connection) == 0) {
            pthread_detach(thread);
            return;
        }
    }
    free(connection);
    close(socket);
}

static int listen_at(Server *server, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0) {
        perror("server");
        return 1;
    }
    for (;;) {
        int socket = accept(listener, NULL, NULL);
        if (socket >= 0)
            accept_one(server, socket);
    }
}

int main(int argc, char **argv) {
    static Server server = {.lock = PTHREAD_MUTEX_INITIALIZER};
    static const char declarations[] = "extern \"host\" {\n    pub fn wait(milliseconds: int)\n}\n";
    const CoracleNativeFunction functions[] = {{"wait", wait_for, NULL}};
    CoracleMessage message = {"out of memory"};
    pthread_t watcher;
    server.engine = coracle_engine_new(NULL);
    if (!server.engine || coracle_engine_add_module(server.engine, "server", declarations, functions, 1, NULL,
                                                    &message) != CORACLE_OK) {
        fprintf(stderr, "%s\n", message.text);
        return 1;
    }
    if (pthread_create(&watcher, NULL, watch, &server) != 0)
        return 1;
    if (argc > 1)
        return listen_at(&server, atoi(argv[1]));
    serve(&(Connection){&server, stdin, stdout});
    return 0; /* the process ends, and with it the engine, which may be compiling, and the watcher */
}
