package io.vagus.function;

/**
 * An instruction, by where it stands. What is not listed is refused: what came after WebAssembly
 * 2.0, vectors, references, tables that change, passive segments; so a table and the module's
 * segments are the same in each call.
 */
record Op(int code, int from, int to) {
  static final int UNREACHABLE = 0x00;
  static final int BLOCK = 0x02;
  static final int LOOP = 0x03;
  static final int IF = 0x04;
  static final int END = 0x0B;
  static final int BR = 0x0C;
  static final int RETURN = 0x0F;
  static final int LOCAL_GET = 0x20;
  static final int LOCAL_SET = 0x21;
  static final int GLOBAL_GET = 0x23;
  static final int GLOBAL_SET = 0x24;
  static final int MEMORY_GROW = 0x40;
  static final int I32_CONST = 0x41;
  static final int I64_CONST = 0x42;
  static final int I32_GT_U = 0x4B;
  static final int I64_LT_S = 0x53;
  static final int I32_ADD = 0x6A;
  static final int I32_SUB = 0x6B;
  static final int I64_SUB = 0x7D;
  static final int I64_SHR_U = 0x88;
  static final int I64_EXTEND_I32_U = 0xAD;
  static final int WITHOUT_RESULT = 0x40;

  /** Of more bytes: {@code 0xFC}, then which. */
  static final int BULK = 0xFC00;

  static final int MEMORY_COPY = BULK + 10;
  static final int MEMORY_FILL = BULK + 11;

  static Op read(BytesIn in) {
    int from = in.at();
    int first = in.u8();
    int code = first == 0xFC ? BULK + in.u32() : first;
    switch (code) {
      case UNREACHABLE, 0x01, 0x05, END, RETURN, 0x1A, 0x1B -> {}
      case BLOCK, LOOP, IF, I32_CONST, I64_CONST -> in.skipNumber();
      case BR, 0x0D, 0x10, LOCAL_GET, LOCAL_SET, 0x22, GLOBAL_GET, GLOBAL_SET -> in.u32();
      case 0x0E -> skipAll(in, in.u32() + 1); // br_table
      case 0x11 -> skipAll(in, 2); // call_indirect
      case 0x1C -> in.skip(in.u32()); // select of a type
      case 0x3F, MEMORY_GROW, MEMORY_FILL -> in.skip(1);
      case MEMORY_COPY -> in.skip(2);
      case 0x43 -> in.skip(4);
      case 0x44 -> in.skip(8);
      default -> other(in, code);
    }
    return new Op(code, from, in.at());
  }

  private static void other(BytesIn in, int code) {
    if (code >= 0x28 && code <= 0x3E) { // loads and stores
      skipAll(in, 2);
    } else if (!(code >= 0x45 && code <= 0xC4 || code >= BULK && code <= BULK + 7)) {
      throw new IllegalStateException(
          "instruction 0x%x (expected: of WebAssembly 2.0, no vectors, references or changing tables)"
              .formatted(code));
    }
  }

  private static void skipAll(BytesIn in, int numbers) {
    for (int i = 0; i < numbers; i++) {
      in.u32();
    }
  }

  boolean opens() {
    return code == BLOCK || code == LOOP || code == IF;
  }

  /** Whether it may change memory. */
  boolean writes() {
    return code >= 0x36 && code <= 0x3E || code >= MEMORY_COPY || code == MEMORY_GROW;
  }
}
