package io.vagus.function;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes a module anew so that it counts what it does: there is no other way to end compiled code
 * that spins without interrupting the thread that called it. Two globals behind the module's own
 * hold what is left of its instructions and how deep its calls are.
 *
 * <ul>
 *   <li>At a function's start what stands in it outside loops is taken from the first, at each turn
 *       of a loop what stands in that loop outside inner ones; whoever goes below zero runs into
 *       {@code unreachable}. As each instruction runs at most once between two such places, at
 *       least what runs is counted.
 *   <li>Memory copies and fills are taken by their length, an eighth of an instruction a byte.
 *   <li>Around a function's body is a block, so that each way out passes the place that counts its
 *       depth down; {@code return} becomes a branch to that block's end.
 * </ul>
 *
 * The module must have been validated before, and have no custom sections. Pure.
 */
final class Metering {
  private static final int TYPES = 1;
  private static final int FUNCTIONS = 3;
  private static final int GLOBALS = 6;
  private static final int CODE = 10;
  private static final int HEADER = 8;

  /**
   * What came out.
   *
   * @param instructions global that holds what is left
   * @param depth global that holds how deep its calls are
   * @param writes whether any of its instructions changes memory
   */
  record Metered(byte[] module, int instructions, int depth, boolean writes) {}

  private final byte[] module;
  private final Limits limits;
  private final List<FunctionShape> types = new ArrayList<>();
  private final List<FunctionShape> functions = new ArrayList<>();
  private int globals;
  private boolean writes;

  private Metering(byte[] module, Limits limits) {
    this.module = module;
    this.limits = limits;
  }

  /**
   * A function's type.
   *
   * @param result its block type
   */
  record FunctionShape(int parameters, int result) {}

  /** An IllegalStateException says what is not taken. */
  static Metered of(byte[] module, Limits limits) {
    return new Metering(module, limits).rewritten();
  }

  private Metered rewritten() {
    BytesOut out = new BytesOut().copy(module, 0, HEADER);
    BytesIn in = new BytesIn(module, HEADER, module.length);
    boolean added = false;
    while (in.hasMore()) {
      int id = in.u8();
      int size = in.u32();
      int from = in.at();
      in.skip(size);
      if (!added && isBehindGlobals(id)) {
        out.ops(GLOBALS).sized(globals(from, from));
        added = true;
      }
      added |= id == GLOBALS;
      out.ops(id).sized(section(id, from, in.at()));
    }
    return new Metered(out.toBytes(), globals, globals + 1, writes);
  }

  private static boolean isBehindGlobals(int id) {
    return id > GLOBALS && id <= 12;
  }

  private byte[] section(int id, int from, int to) {
    BytesIn in = new BytesIn(module, from, to);
    return switch (id) {
      case TYPES -> {
        int count = in.u32();
        for (int i = 0; i < count; i++) {
          types.add(shape(in));
        }
        yield same(from, to);
      }
      case FUNCTIONS -> {
        int count = in.u32();
        for (int i = 0; i < count; i++) {
          functions.add(types.get(in.u32()));
        }
        yield same(from, to);
      }
      case GLOBALS -> {
        globals = in.u32();
        yield globals(in.at(), to);
      }
      case CODE -> code(in);
      case 13 -> throw new IllegalStateException("has exceptions (expected: none)");
      default -> same(from, to);
    };
  }

  private byte[] same(int from, int to) {
    return new BytesOut().copy(module, from, to).toBytes();
  }

  private static FunctionShape shape(BytesIn in) {
    if (in.u8() != 0x60) {
      throw new IllegalStateException("has a type that is no function's");
    }
    int parameters = in.u32();
    for (int i = 0; i < parameters; i++) {
      number(in.u8());
    }
    int results = in.u32();
    if (results > 1) {
      throw new IllegalStateException("a function has " + results + " results (expected: <= 1)");
    }
    return new FunctionShape(parameters, results == 0 ? Op.WITHOUT_RESULT : number(in.u8()));
  }

  private static int number(int type) {
    if (type < 0x7C || type > 0x7F) {
      throw new IllegalStateException("type 0x%x (expected: i32, i64, f32 or f64)".formatted(type));
    }
    return type;
  }

  /** Its own, then instructions (i64) and depth (i32), both variable. */
  private byte[] globals(int from, int to) {
    return new BytesOut()
        .u32(globals + 2)
        .copy(module, from, to)
        .ops(0x7E, 1, Op.I64_CONST)
        .signed(limits.instructions())
        .ops(Op.END)
        .ops(0x7F, 1, Op.I32_CONST, 0, Op.END)
        .toBytes();
  }

  private byte[] code(BytesIn in) {
    int count = in.u32();
    BytesOut out = new BytesOut().u32(count);
    for (int i = 0; i < count; i++) {
      int size = in.u32();
      int from = in.at();
      in.skip(size);
      MeteredBody body =
          new MeteredBody(module, from, in.at(), functions.get(i), globals, limits.callDepth());
      out.sized(body.rewritten());
      writes |= body.writes();
    }
    return out.toBytes();
  }
}
