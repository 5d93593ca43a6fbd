package io.vagus.function;

import static io.vagus.function.Manifests.call;
import static io.vagus.function.Manifests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.expression.Expression;
import io.vagus.expression.FunctionException;
import io.vagus.expression.Scope;
import io.vagus.expression.Verdict;
import io.vagus.kit.VagusException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a module may do wrong, by accident or not: it is refused, or ends with a reason. */
@Timeout(60)
class FunctionFaultTest {
  private static final int DROP = 0x1A;
  private static final int CALL = 0x10;

  private static FunctionModule load(WasmBytes module, String... signatures) {
    return FunctionModule.load("bad", module.build(), of(signatures), Limits.DEFAULT);
  }

  private static String why(FunctionModule module, String function, Object... arguments) {
    try {
      return "gives " + call(module, function, arguments);
    } catch (FunctionException e) {
      return e.getMessage();
    }
  }

  private static String refusal(byte[] module, String... signatures) {
    try {
      FunctionModule.load("bad", module, of(signatures), Limits.DEFAULT);
      return "taken";
    } catch (VagusException e) {
      return e.getMessage();
    }
  }

  @Test
  void oneThatSpinsIsEnded() {
    FunctionModule spins =
        load(
            new WasmBytes()
                .function("spin", "->i64", Op.LOOP, 0x40, Op.BR, 0, Op.END, Op.UNREACHABLE)
                .function("fine", "->i64", Op.I64_CONST, 7),
            "spin(): integer",
            "fine(): integer");
    assertThat(why(spins, "spin")).isEqualTo("takes more than 1000000 instructions");
    assertThat(why(spins, "fine")).isEqualTo("gives 7");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  /** Not by turns but by what a turn does: copying all of its memory. */
  @Test
  void oneThatCopiesMemoryWithoutEndIsEnded() {
    int[] copyAllOfIt = {
      Op.LOOP,
      0x40,
      Op.I32_CONST,
      0,
      Op.I32_CONST,
      0,
      0x3F,
      0,
      Op.I32_CONST,
      16,
      0x74, //
      0xFC,
      10,
      0,
      0,
      Op.BR,
      0,
      Op.END,
      Op.UNREACHABLE
    };
    FunctionModule copies =
        load(
            new WasmBytes().memory(64, 64).function("copy", "->i64", copyAllOfIt),
            "copy(): integer");
    assertThat(why(copies, "copy")).isEqualTo("takes more than 1000000 instructions");
  }

  @Test
  void oneThatAllocatesWithoutEndGetsNoMoreThanIsAllowed() {
    int[] growUntilRefused = {
      Op.LOOP,
      0x40,
      Op.I32_CONST,
      1,
      0x40,
      0,
      Op.I32_CONST,
      0x7F,
      0x47,
      0x0D,
      0,
      Op.END, //
      0x3F,
      0,
      0xAC // memory.size
    };
    int[] growForEver = {
      Op.LOOP, 0x40, Op.I32_CONST, 1, 0x40, 0, DROP, Op.BR, 0, Op.END, Op.UNREACHABLE
    };
    FunctionModule grows =
        load(
            new WasmBytes()
                .memory(1, 65_000)
                .function("grow", "->i64", growUntilRefused)
                .function("on", "->i64", growForEver),
            "grow(): integer",
            "on(): integer");
    assertThat(why(grows, "grow")).isEqualTo("gives 64");
    assertThat(why(grows, "on")).isEqualTo("takes more than 1000000 instructions");
    assertThat(why(grows, "grow")).isEqualTo("gives 64");
  }

  @Test
  void oneThatCallsItselfWithoutEndIsEnded() {
    FunctionModule recurses =
        load(
            new WasmBytes().function("deep", "->i64", CALL, 0, Op.I64_CONST, 1, 0x7C),
            "deep(): integer");
    assertThat(why(recurses, "deep")).isEqualTo("calls go deeper than 200 within one another");
    assertThat(why(recurses, "deep")).isEqualTo("calls go deeper than 200 within one another");
  }

  @Test
  void oneThatTrapsIsUnknownAndOthersGoOn() {
    FunctionModule traps =
        load(
            new WasmBytes()
                .memory(1, 1)
                .function("trap", "->i64", Op.UNREACHABLE)
                .function("divide", "i64->i64", Op.I64_CONST, 1, Op.LOCAL_GET, 0, 0x7F)
                .function("beyond", "->i64", Op.I32_CONST, 0x7F, 0x29, 3, 0),
            "trap(): integer",
            "divide(integer): integer",
            "beyond(): integer");
    assertThat(why(traps, "trap")).startsWith("stopped: ");
    assertThat(why(traps, "divide", 0L)).contains("divide by zero");
    assertThat(why(traps, "divide", 1L)).isEqualTo("gives 1");
    assertThat(why(traps, "beyond")).contains("out of bounds memory access");
    Expression condition =
        Expression.compile("bad.trap() > 0", Scope.ofDevice(Map.of()), traps.functions());
    Verdict verdict = condition.judge(name -> null);
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.UNKNOWN);
    assertThat(verdict.why()).contains("bad.trap: stopped: ");
  }

  @Test
  void aResultThatIsNoneIsUnknown() {
    int nan = 0x7F;
    FunctionModule gives =
        load(
            new WasmBytes()
                .memory(1, 1)
                .function("nan", "->f64", 0x44, 0, 0, 0, 0, 0, 0, 0xF8, nan)
                .function("far", "->i64", Op.I64_CONST, 0x7F)
                .function("long", "->i64", Op.I64_CONST, 0x80, 0x80, 0x04),
            "nan(): number",
            "far(): text",
            "long(): numbers");
    assertThat(why(gives, "nan")).isEqualTo("its result is NaN (expected: a finite number)");
    assertThat(why(gives, "far")).isEqualTo("its text has bytes: 4294967295 (expected: <= 65536)");
    assertThat(why(gives, "long")).isEqualTo("its list has numbers: 65536 (expected: <= 10000)");
  }

  @Test
  void argumentsAreBounded() {
    FunctionModule vibration = Manifests.shipped("vibration");
    assertThat(why(vibration, "rms", Collections.nCopies(10_001, 1.0)))
        .isEqualTo("a list's numbers: 10001 (expected: <= 10000)");
    assertThat(why(vibration, "rms", Arrays.asList(1.0, Double.NaN)))
        .isEqualTo("argument 1 is no list of finite numbers");
    assertThat(why(vibration, "rms", 1.0)).isEqualTo("argument 1 is no list of finite numbers");
  }

  /** Its alloc gives a place that is not its own. */
  @Test
  void anArgumentIsNotWrittenBeyondMemory() {
    FunctionModule module =
        load(
            new WasmBytes()
                .memory(1, 1)
                .function("alloc", "i32->i32", Op.I32_CONST, 0x7F)
                .function("sum", "i32,i32->f64", 0x44, 0, 0, 0, 0, 0, 0, 0, 0),
            "sum(numbers): number");
    assertThat(why(module, "sum", List.of(1.0)))
        .isEqualTo("alloc gave at 4294967295, 8 bytes long (expected: within memory of 65536)");
  }

  @Test
  void refusesImportsByName() {
    byte[] module =
        new WasmBytes().wants("fd_write").function("f", "->i64", Op.I64_CONST, 1).build();
    assertThat(refusal(module, "f(): integer"))
        .isEqualTo(
            "function bad: wants to import env.fd_write (expected: no imports; it computes and"
                + " nothing else)");
  }

  @Test
  void refusesAWrongSignature() {
    byte[] module = new WasmBytes().function("f", "f64->f64", Op.LOCAL_GET, 0).build();
    assertThat(refusal(module, "f(number): boolean"))
        .startsWith("function bad: f is ")
        .contains("(expected: ");
    assertThat(refusal(module, "g(number): number"))
        .isEqualTo("function bad: exports no function g (expected: g(x: number): number)");
    assertThat(refusal(module, "f(numbers): number")).contains("(expected: ");
    assertThatThrownBy(() -> of("f(float): number"))
        .hasMessage(
            "manifest: functions/0/parameters/0/type: float (expected: number, integer, boolean,"
                + " text or numbers)");
  }

  @Test
  void refusesWhatIsNoModule() {
    assertThat(refusal("hello, world".getBytes(StandardCharsets.UTF_8), "f(): number"))
        .contains("is no WebAssembly");
    assertThat(refusal(new byte[0], "f(): number")).contains("is no WebAssembly");
    byte[] cut = Shipped.module("vibration");
    assertThat(refusal(Arrays.copyOf(cut, cut.length - 2), "rms(numbers): number"))
        .contains("is no WebAssembly");
    assertThat(refusal(new byte[300_000], "f(): number"))
        .isEqualTo("function bad: 300000 bytes (expected: <= 262144)");
    byte[] large = new WasmBytes().memory(65, 65).function("f", "->i64", Op.I64_CONST, 1).build();
    assertThat(refusal(large, "f(): integer"))
        .contains("memory of 65 pages of 64 KiB (expected: <= 64, not shared)");
  }

  /** A few bytes that say that two billion things follow. */
  @Test
  void countsBeyondTheModuleAskForNoMemory() {
    int[] header = {0, 'a', 's', 'm', 1, 0, 0, 0};
    int[] many = {0xFF, 0xFF, 0xFF, 0xFF, 0x07};
    byte[] types = new BytesOut().ops(header).ops(1, 7, 1, 0x60).ops(many).toBytes();
    assertThat(refusal(types, "f(): number")).contains("is no WebAssembly that is taken: ends at");
    byte[] section = new BytesOut().ops(header).ops(10).ops(many).toBytes();
    assertThat(refusal(section, "f(): number"))
        .contains("is no WebAssembly that is taken: ends at");
    byte[] data =
        new BytesOut().ops(header).ops(11, 10, 1, 0, Op.I32_CONST, 0, Op.END).ops(many).toBytes();
    assertThat(refusal(data, "f(): number")).contains("is no WebAssembly that is taken: ends at");
    byte[] table = new BytesOut().ops(header).ops(4, 7, 1, 0x70, 0, 0x80, 0x80, 0x80, 4).toBytes();
    assertThat(refusal(table, "f(): number")).isNotEqualTo("taken");
  }

  /** Its globals would be the counters that end it. */
  @Test
  void refusesAModuleThatReachesForItsCounters() {
    int[] refill = {Op.I64_CONST, 9, Op.GLOBAL_SET, 0, Op.I64_CONST, 1};
    byte[] module = new WasmBytes().function("f", "->i64", refill).build();
    assertThat(refusal(module, "f(): integer")).contains("is no WebAssembly that is taken");
  }

  @Test
  void refusesOneThatGetsItsExamplesWrong() {
    Manifest manifest =
        Manifests.json(
            """
            {"functions": [{"name": "f", "parameters": [], "result": "integer"}],
             "examples": [{"call": "f", "arguments": [], "result": 2}]}
            """);
    byte[] module = new WasmBytes().function("f", "->i64", Op.I64_CONST, 1).build();
    assertThatThrownBy(() -> FunctionModule.load("bad", module, manifest, Limits.DEFAULT))
        .hasMessage("function bad: example 0, f[]: 1 (expected: 2)");
  }

  /** Whatever bytes come: refused, never anything worse. */
  @Test
  void refusesRandomDamage() {
    byte[] module = Shipped.module("vibration");
    Random random = new Random(6);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = module.clone();
      for (int j = 0; j <= i % 3; j++) {
        damaged[8 + random.nextInt(damaged.length - 8)] = (byte) random.nextInt();
      }
      assertThat(refusal(damaged, "rms(numbers): number")).isNotNull();
    }
  }
}
