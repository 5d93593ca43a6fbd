package io.vagus.function;

/**
 * Looks a module over before anything is made of it: each length and count in it is within its
 * bytes, so that a few of them cannot ask for gigabytes; and takes away what is for people and
 * debuggers only. Whether it is valid is told later. Pure.
 */
final class Outline {
  private static final int HEADER = 8;
  private static final int CUSTOM = 0;
  private static final int TYPES = 1;
  private static final int ELEMENTS = 9;
  private static final int DATA = 11;

  private final byte[] module;
  private final BytesOut out = new BytesOut();

  private Outline(byte[] module) {
    this.module = module;
  }

  /** The module without custom sections; an IllegalStateException says what is wrong. */
  static byte[] of(byte[] module) {
    return new Outline(module).lookedOver();
  }

  private byte[] lookedOver() {
    if (module.length < HEADER) {
      throw new IllegalStateException("ends at " + module.length);
    }
    out.copy(module, 0, HEADER);
    BytesIn in = new BytesIn(module, HEADER, module.length);
    while (in.hasMore()) {
      int from = in.at();
      int id = in.u8();
      int size = in.u32();
      int content = in.at();
      in.skip(size);
      look(id, new BytesIn(module, content, in.at()));
      if (id != CUSTOM) {
        out.copy(module, from, in.at());
      }
    }
    return out.toBytes();
  }

  private static void look(int id, BytesIn in) {
    switch (id) {
      case TYPES -> types(in);
      case ELEMENTS -> elements(in);
      case DATA -> data(in);
      default -> {} // lists that grow as they are read
    }
  }

  private static void types(BytesIn in) {
    int count = in.u32();
    for (int i = 0; i < count; i++) {
      in.skip(1);
      in.skip(in.u32());
      in.skip(in.u32());
    }
  }

  private static void elements(BytesIn in) {
    int count = in.u32();
    for (int i = 0; i < count; i++) {
      requireActive(in.u32());
      constant(in);
      int functions = in.u32();
      for (int j = 0; j < functions; j++) {
        in.u32();
      }
    }
  }

  private static void data(BytesIn in) {
    int count = in.u32();
    for (int i = 0; i < count; i++) {
      requireActive(in.u32());
      constant(in);
      in.skip(in.u32());
    }
  }

  private static void requireActive(int kind) {
    if (kind != 0) {
      throw new IllegalStateException("segment of kind " + kind + " (expected: 0, an active one)");
    }
  }

  private static void constant(BytesIn in) {
    while (Op.read(in).code() != Op.END) {}
  }
}
