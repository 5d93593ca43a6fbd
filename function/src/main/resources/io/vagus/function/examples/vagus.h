/* What a module needs to be handed lists and texts: memory that is its own until the call ends. */
#ifndef VAGUS_H
#define VAGUS_H

#define EXPORT(name) __attribute__((export_name(name)))

#define PAGE 65536UL

extern unsigned char __heap_base;

static unsigned long next_free;

/* Every call finds memory as new, so nothing is ever given back. */
EXPORT("alloc") void *alloc(int size) {
  if (next_free == 0) {
    next_free = (unsigned long)&__heap_base;
  }
  unsigned long at = (next_free + 7) & ~7UL;
  unsigned long end = at + (unsigned long)size;
  unsigned long has = __builtin_wasm_memory_size(0) * PAGE;
  if (end > has && __builtin_wasm_memory_grow(0, (end - has + PAGE - 1) / PAGE) == (unsigned long)-1) {
    __builtin_trap();
  }
  next_free = end;
  return (void *)at;
}

#endif
