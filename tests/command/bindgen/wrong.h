lenght draught(void);
struct {
