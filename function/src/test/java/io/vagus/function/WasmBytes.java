package io.vagus.function;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A module written by hand, for what no compiler would write. Not thread-safe. */
final class WasmBytes {
  static final int I32 = 0x7F;
  static final int I64 = 0x7E;
  static final int F64 = 0x7C;

  private static final Map<String, Integer> TYPES = Map.of("i32", I32, "i64", I64, "f64", F64);

  private record Body(String name, List<Integer> parameters, List<Integer> result, byte[] code) {}

  private final List<Body> bodies = new ArrayList<>();
  private int initialPages = -1;
  private int maximumPages;
  private boolean mutableGlobal;
  private String wanted = "";

  WasmBytes memory(int initial, int maximum) {
    initialPages = initial;
    maximumPages = maximum;
    return this;
  }

  /** Global 0, an i64 of 0. */
  WasmBytes global() {
    mutableGlobal = true;
    return this;
  }

  WasmBytes wants(String function) {
    wanted = function;
    return this;
  }

  /**
   * @param type like {@code "f64,i32->f64"}
   * @param code its instructions without the last end; it has two i32 and an i64 as locals behind
   *     its parameters
   */
  WasmBytes function(String name, String type, int... code) {
    BytesOut body = new BytesOut().u32(2).u32(2).ops(I32).u32(1).ops(I64).ops(code).ops(Op.END);
    String[] sides = type.split("->", -1);
    bodies.add(new Body(name, types(sides[0]), types(sides[1]), body.toBytes()));
    return this;
  }

  private static List<Integer> types(String names) {
    List<Integer> types = new ArrayList<>();
    for (String name : names.isEmpty() ? new String[0] : names.split(",")) {
      types.add(TYPES.get(name));
    }
    return types;
  }

  byte[] build() {
    BytesOut out = new BytesOut().ops(0, 'a', 's', 'm', 1, 0, 0, 0);
    BytesOut types = new BytesOut().u32(bodies.size() + 1).ops(0x60, 0, 0);
    BytesOut functions = new BytesOut().u32(bodies.size());
    BytesOut code = new BytesOut().u32(bodies.size());
    BytesOut exports = new BytesOut().u32(bodies.size() + (initialPages < 0 ? 0 : 1));
    int imported = wanted.isEmpty() ? 0 : 1;
    for (int i = 0; i < bodies.size(); i++) {
      Body body = bodies.get(i);
      types.ops(0x60).u32(body.parameters().size());
      body.parameters().forEach(types::ops);
      types.u32(body.result().size());
      body.result().forEach(types::ops);
      functions.u32(i + 1);
      code.sized(body.code());
      name(exports, body.name()).ops(0).u32(i + imported);
    }
    out.ops(1).sized(types.toBytes());
    if (imported > 0) {
      BytesOut imports = name(name(new BytesOut().u32(1), "env"), wanted).ops(0).u32(0);
      out.ops(2).sized(imports.toBytes());
    }
    out.ops(3).sized(functions.toBytes());
    if (initialPages >= 0) {
      out.ops(5).sized(new BytesOut().ops(1, 1).u32(initialPages).u32(maximumPages).toBytes());
      name(exports, "memory").ops(2, 0);
    }
    if (mutableGlobal) {
      out.ops(6).sized(new BytesOut().ops(1, I64, 1, Op.I64_CONST, 0, Op.END).toBytes());
    }
    out.ops(7).sized(exports.toBytes());
    return out.ops(10).sized(code.toBytes()).toBytes();
  }

  private static BytesOut name(BytesOut out, String name) {
    return out.sized(name.getBytes(StandardCharsets.UTF_8));
  }
}
