package io.vagus.function;

import static io.vagus.function.Manifests.call;
import static io.vagus.function.Manifests.shipped;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.expression.Expression;
import io.vagus.expression.Scope;
import io.vagus.expression.Type;
import io.vagus.expression.Verdict.Outcome;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FunctionModuleTest {
  private static final int I64_LOAD = 0x29;
  private static final int I64_STORE = 0x37;

  @Test
  void theShippedOnesAreRight() throws Exception {
    assertThat(call(shipped("units"), "fahrenheit", 37.0)).isEqualTo(37.0 * 9 / 5 + 32);
    assertThat(call(shipped("vibration"), "rms", List.of(1, -1, 1, -1))).isEqualTo(1.0);
    assertThat(call(shipped("debounce"), "state", List.of(1, 1), 2)).isEqualTo(true);
    List<Double> triangle = List.of(0.0, 0.0, 0.0, 10.0, 10.0, 0.0);
    assertThat(call(shipped("geofence"), "inside", 2.0, 2.0, triangle)).isEqualTo(true);
    assertThat(call(shipped("geofence"), "inside", 8.0, 8.0, triangle)).isEqualTo(false);
  }

  /** So that a source is not changed without its module, which SHA256SUMS is written with. */
  @Test
  void theShippedOnesAreOfTheirSources() throws Exception {
    String sums = new String(resource("SHA256SUMS"), StandardCharsets.UTF_8);
    assertThat(sums.lines()).hasSize(2 * Shipped.NAMES.size() + 1);
    for (String line : sums.lines().toList()) {
      String[] parts = line.split("\\s+");
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(resource(parts[1]));
      assertThat(HexFormat.of().formatHex(digest)).as(parts[1]).isEqualTo(parts[0]);
    }
  }

  private static byte[] resource(String name) throws Exception {
    try (InputStream in = Shipped.class.getResourceAsStream("examples/" + name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void aConditionCallsThem() {
    Scope scope = Scope.ofDevice(Map.of("temperature", Type.Plain.NUMBER));
    Map<String, Object> values =
        Map.of(
            "readings",
            Map.of("temperature", Map.of("value", 60.0)),
            "reported",
            Map.of("samples", List.of(3, -3)));
    String text =
        "vibration.rms(reported.samples) > 2 && units.fahrenheit(readings.temperature.value) > 100";
    Expression expression =
        Expression.compile(
            text, scope, shipped("vibration").functions().and(shipped("units").functions()));
    assertThat(expression.test(values::get)).isEqualTo(Outcome.HOLDS);
  }

  /** It counts in memory and in a global how often it was called; it never gets beyond one. */
  @Test
  void aCallSeesNothingOfAnother() throws Exception {
    byte[] module =
        new WasmBytes()
            .memory(1, 2)
            .global()
            .function(
                "count",
                "->i64",
                new int[] {
                  Op.I32_CONST,
                  0,
                  Op.I32_CONST,
                  0,
                  I64_LOAD,
                  3,
                  0,
                  Op.I64_CONST,
                  1,
                  0x7C,
                  I64_STORE,
                  3,
                  0,
                  Op.GLOBAL_GET,
                  0,
                  Op.I64_CONST,
                  1,
                  0x7C,
                  Op.GLOBAL_SET,
                  0,
                  Op.I32_CONST,
                  0,
                  I64_LOAD,
                  3,
                  0,
                  Op.GLOBAL_GET,
                  0,
                  0x7C
                })
            .build();
    FunctionModule counter =
        FunctionModule.load("counter", module, Manifests.of("count(): integer"), Limits.DEFAULT);
    for (int i = 0; i < 10; i++) {
      assertThat(call(counter, "count")).isEqualTo(2L);
    }
  }

  @Test
  void memoryThatGrewIsNotSeenAgain() throws Exception {
    FunctionModule vibration = shipped("vibration");
    List<Double> large = Collections.nCopies(10_000, 2.5); // more than its first page
    for (int i = 0; i < 5; i++) {
      assertThat(call(vibration, "peak", large)).isEqualTo(0.0);
      assertThat(call(vibration, "rms", List.of(1, -1))).isEqualTo(1.0);
    }
  }

  @Test
  void isTheSameFromManyThreads() throws Exception {
    FunctionModule vibration = shipped("vibration");
    List<Callable<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      List<Integer> samples = List.of(i, -i, i, -i);
      calls.add(() -> call(vibration, "rms", samples));
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<Object>> results = threads.invokeAll(calls);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo((double) i);
      }
    }
  }

  /** Branches out of nested loops, tables of branches and returns from within, counted or not. */
  @Test
  void meteringChangesNoResult() throws Exception {
    byte[] module =
        new WasmBytes()
            .function(
                "ladder",
                "i64->i64",
                new int[] {
                  Op.BLOCK,
                  0x40,
                  Op.BLOCK,
                  0x40,
                  Op.BLOCK,
                  0x40, // 2 1 0
                  Op.LOCAL_GET,
                  0,
                  0xA7,
                  0x0E,
                  2,
                  0,
                  1,
                  2, // br_table 0 1, else 2
                  Op.END,
                  Op.I64_CONST,
                  10,
                  Op.RETURN, //
                  Op.END,
                  Op.I64_CONST,
                  20,
                  Op.BR,
                  1, // out of the function
                  Op.END, //
                  Op.LOOP,
                  0x40, // local 3 grows by 3 until it is above the argument
                  Op.LOCAL_GET,
                  3,
                  Op.I64_CONST,
                  3,
                  0x7C,
                  0x22,
                  3,
                  Op.LOCAL_GET,
                  0,
                  0x55,
                  Op.IF,
                  0x40,
                  Op.LOCAL_GET,
                  3,
                  Op.RETURN,
                  Op.END,
                  Op.BR,
                  0, //
                  Op.END,
                  Op.I64_CONST,
                  0
                })
            .build();
    FunctionModule ladder =
        FunctionModule.load(
            "ladder", module, Manifests.of("ladder(integer): integer"), Limits.DEFAULT);
    assertThat(call(ladder, "ladder", 0L)).isEqualTo(10L);
    assertThat(call(ladder, "ladder", 1L)).isEqualTo(20L);
    assertThat(call(ladder, "ladder", 2L)).isEqualTo(3L);
    assertThat(call(ladder, "ladder", 29_999L)).isEqualTo(30_000L);
  }
}
