/* Runs programs for runner.js as the command does, in processes that begin with LLVM loaded.
 *
 *   server FOLDER WORDS...      WORDS: of a run that warms up LLVM before the first process is made
 *
 * Requests are lines of standard input, of words without blanks, and each has one line of answer:
 *
 *   new SECONDS LEAST WORDS...    as `coracle WORDS...`, in a new process with DIFFERENTIAL_LEAST=LEAST (generator.c); before that
 *                                 the process there is has to `end`
 *   same SECONDS LEAST WORDS...   a further run of the same program by the same engine, which keeps its native code; how often that
 *                           leaves may be another, and everything that is an isolate's
 *   end
 *
 * The answer is `exit N`, `signal N` (also to `same` and `end`, when the process has died in between), `slow`: the time is up, or
 * `large`: too much output. Outputs are in FOLDER/stdout and FOLDER/stderr. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/program.h"
#include "vm/api/api_internal.h"
#include "vm/runtime/tier_internal.h"

enum {
    SERVER_LINE = 4096,
    SERVER_WORDS = 32,
    SERVER_OUTPUT = 64 << 20, /* bytes of a stream */
    SERVER_PATIENCE = 20,     /* seconds that may pass for a second of work, on a busy machine */
};

typedef struct Server {
    FILE *answers;
    volatile bool *is_asked; /* a request waits for its answer; shared by the processes */
    char line[SERVER_LINE];
    char *words[SERVER_WORDS + 1];
    int count;
    char outputs[2][SERVER_LINE]; /* paths */
} Server;

/* A program in a process of its own, and what runs it. */
typedef struct Session {
    Program program;
    CoracleEngine *engine;
    CoracleModule *module;
} Session;

/* The next request, in words; false: there are no more. */
static bool server_read(Server *server) {
    server->count = 0;
    if (!fgets(server->line, sizeof server->line, stdin))
        return false;
    for (char *word = strtok(server->line, " \n"); word && server->count < SERVER_WORDS;
         word = strtok(NULL, " \n"))
        server->words[server->count++] = word;
    server->words[server->count] = NULL;
    *server->is_asked = true;
    return server->count > 0;
}

static bool server_is(const Server *server, const char *request) {
    return strcmp(server->words[0], request) == 0;
}

static void server_answer(Server *server, const char *what, int number) {
    *server->is_asked = false;
    fprintf(server->answers, "%s %d\n", what, number);
    fflush(server->answers);
}

/* ---- In the process ---------------------------------------------------------------------------- */

/* SIGXCPU, SIGALRM or SIGXFSZ end the process that goes beyond. */
static void session_limit(int seconds) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    rlim_t now = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1);
    setrlimit(RLIMIT_CPU, &(struct rlimit){now + (rlim_t)seconds, RLIM_INFINITY});
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){SERVER_OUTPUT, RLIM_INFINITY});
    alarm((unsigned)seconds * SERVER_PATIENCE);
}

static void session_redirect(const Server *server) {
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        int file = open(server->outputs[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (file < 0 || dup2(file, STDOUT_FILENO + i) < 0)
            _exit(EXIT_INTERNAL);
        close(file);
    }
}

static void session_set_leave(Session *session, uint64_t every) {
    CorTiers *tiers = api_engine(session->engine)->engine->tiers;
    if (tiers)
        tiers->options.leave_every = every;
}

/* The exit code. */
static int session_run(Session *session, int count, char **words) {
    Settings settings = {0};
    int flags = command_take_flags(&command_run, &settings, count, words);
    if (flags < 0 || flags == count)
        return EXIT_USAGE;
    if (!session->module) {
        int code = program_open(&session->program, &settings, words[flags]);
        if (code != EXIT_OK)
            return code;
        session->engine = program_take_engine(&session->program);
        session->module = session->engine ? program_load(&session->program, session->engine) : NULL;
    }
    if (!session->module)
        return EXIT_COMPILE;
    session_set_leave(session, settings.stress_leave_every);
    return program_run(&settings, session->engine, session->module, NULL, 0, NULL);
}

static int session_command(Session *session, int count, char **words) {
    const Command *command = command_find(words[0]);
    if (command == &command_run)
        return session_run(session, count - 1, words + 1);
    Settings settings = {0};
    int flags = command ? command_take_flags(command, &settings, count - 1, words + 1) : -1;
    return flags < 0 ? EXIT_USAGE : command->run(&settings, count - 1 - flags, words + 1 + flags);
}

/* Serves requests until the process is to end. */
static void session_serve(Server *server) {
    enum { BEFORE = 3 }; /* words before those of the command */
    Session session = {.module = NULL};
    setenv("DIFFERENTIAL_LEAST", server->words[2], true);
    do {
        session_limit(atoi(server->words[1]));
        session_redirect(server);
        int code = session_command(&session, server->count - BEFORE, server->words + BEFORE);
        fflush(NULL);
        alarm(0);
        server_answer(server, "exit", code);
    } while (server_read(server) && server_is(server, "same"));
    _exit(EXIT_OK);
}

/* ---- The server -------------------------------------------------------------------------------- */

/* Waits for the process, which has left its last request without an answer, or died before that came. */
static void server_wait(Server *server, pid_t process) {
    int status;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        ;
    if (!*server->is_asked)
        server_read(server);
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (number == SIGXCPU || number == SIGALRM || number == SIGKILL)
        server_answer(server, "slow", number);
    else if (number == SIGXFSZ)
        server_answer(server, "large", number);
    else if (number)
        server_answer(server, "signal", number);
    else
        server_answer(server, "exit", WEXITSTATUS(status));
}

/* Loads LLVM, and has it make what it makes once; the thread that compiled has ended behind this. */
static void server_warm(Server *server, int count, char **words) {
    Session session = {.module = NULL};
    session_redirect(server);
    session_run(&session, count, words);
    coracle_engine_free(session.engine);
}

int main(int count, char **words) {
    static Server server;
    if (count < 2)
        return EXIT_USAGE;
    snprintf(server.outputs[0], SERVER_LINE, "%s/stdout", words[1]);
    snprintf(server.outputs[1], SERVER_LINE, "%s/stderr", words[1]);
    server.answers = fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "w");
    void *shared =
        mmap(NULL, sizeof *server.is_asked, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!server.answers || shared == MAP_FAILED)
        return EXIT_INTERNAL;
    server.is_asked = shared;
    server_warm(&server, count - 2, words + 2);
    while (server_read(&server)) {
        pid_t process = server_is(&server, "new") && server.count > 3 ? fork() : -1;
        if (process == 0)
            session_serve(&server);
        if (process < 0)
            server_answer(&server, "exit", EXIT_INTERNAL);
        else
            server_wait(&server, process);
    }
    return EXIT_OK;
}
