/* What an installation has besides the command, made of the tables that the command's help is made of. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

/* Each writes a file to standard output: the manual page coracle(1), and the completions of two shells. */
void manual_write_page(void);
void manual_write_bash(void);
void manual_write_zsh(void);

#endif
