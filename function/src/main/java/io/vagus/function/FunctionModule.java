package io.vagus.function;

import io.vagus.expression.Function;
import io.vagus.expression.FunctionException;
import io.vagus.expression.Functions;
import io.vagus.expression.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.regex.Pattern;

/**
 * A module in WebAssembly whose functions can be called: checked, bounded, its examples right, and
 * warm before it is handed out, so that no call waits for a compiler. A call sees nothing of
 * another's memory, imports nothing, and has the same result wherever it runs. Thread-safe; a call
 * runs on the caller's thread.
 */
public final class FunctionModule {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final int KEPT = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** So often each function runs beforehand, or until it took that much: then it is compiled. */
  private static final int WARMING_CALLS = 3000;

  private static final long WARMING_INSTRUCTIONS = 3_000_000;

  private final String name;
  private final Manifest manifest;
  private final Limits limits;
  private final Program program;
  private final ArrayBlockingQueue<WarmInstance> idle = new ArrayBlockingQueue<>(KEPT);
  private final Functions functions;

  private FunctionModule(String name, Program program, Manifest manifest, Limits limits) {
    this.name = name;
    this.manifest = manifest;
    this.limits = limits;
    this.program = program;
    Map<String, Function> byName = new TreeMap<>();
    for (Manifest.Signature of : manifest.functions()) {
      byName.put(
          name + "." + of.name(),
          new Function(of.types(), of.result(), arguments -> call(of, arguments)));
    }
    this.functions = new Functions(byName);
  }

  /**
   * Checks, compiles, runs its examples and warms it: some tens of milliseconds. An INVALID_REQUEST
   * names what is not taken, and what is.
   *
   * @param name that texts call its functions by: {@code name.function(…)}
   */
  public static FunctionModule load(String name, byte[] bytes, Manifest manifest, Limits limits) {
    if (!NAME.matcher(name).matches()) {
      throw Refusal.of(
          name, "is no name (expected: a letter, then a to z, 0 to 9, _; at most 63 characters)");
    }
    FunctionModule module =
        new FunctionModule(name, Program.of(name, bytes, manifest, limits), manifest, limits);
    module.requireExamples();
    module.warm();
    return module;
  }

  public String name() {
    return name;
  }

  public Manifest manifest() {
    return manifest;
  }

  /** For texts in CEL: {@code name.function(…)}. */
  public Functions functions() {
    return functions;
  }

  private Object call(Manifest.Signature of, List<Object> arguments) throws FunctionException {
    WarmInstance waiting = idle.poll();
    WarmInstance instance = waiting == null ? fresh() : waiting;
    try {
      return instance.call(of, arguments);
    } finally {
      if (instance.restored(arguments)) {
        var unused = idle.offer(instance); // as many as have room
      }
    }
  }

  private WarmInstance fresh() {
    try {
      return new WarmInstance(program, limits);
    } catch (RuntimeException | StackOverflowError e) { // its start runs within the sandbox too
      throw Refusal.of(name, "cannot start: " + e.getMessage());
    }
  }

  private void requireExamples() {
    for (int i = 0; i < manifest.examples().size(); i++) {
      Manifest.Example example = manifest.examples().get(i);
      Function function = functions.byName().get(name + "." + example.call());
      if (function == null) {
        throw Refusal.of(
            name, "example %d calls %s, which it has not".formatted(i, example.call()));
      }
      String was = outcome(function, example.arguments());
      Object expected = plain(example.result(), function.result());
      if (!was.equals(String.valueOf(expected))) {
        throw Refusal.of(
            name,
            "example %d, %s%s: %s (expected: %s)"
                .formatted(i, example.call(), example.arguments(), was, expected));
      }
    }
  }

  private static String outcome(Function function, List<Object> arguments) {
    try {
      return String.valueOf(function.call(arguments));
    } catch (FunctionException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** JSON has one kind of number only. */
  private static Object plain(Object json, Type.Plain type) {
    return switch (type) {
      case NUMBER -> json instanceof Number n ? (Object) n.doubleValue() : json;
      case INTEGER -> json instanceof Number n ? (Object) n.longValue() : json;
      case NUMBERS ->
          json instanceof List<?> list
              ? list.stream().map(one -> plain(one, Type.Plain.NUMBER)).toList()
              : json;
      default -> json;
    };
  }

  private void warm() {
    WarmInstance instance = fresh();
    for (Manifest.Signature of : manifest.functions()) {
      List<Object> arguments = warming(of);
      long taken = 0;
      for (int i = 0; i < WARMING_CALLS && taken < WARMING_INSTRUCTIONS; i++) {
        try {
          Object unused = instance.call(of, arguments);
        } catch (FunctionException e) {
          // what it was given is nothing to it; it ran nevertheless
        }
        taken += instance.taken();
        instance = instance.restored(arguments) ? instance : fresh();
      }
    }
    var unused = idle.offer(instance);
    while (idle.offer(fresh())) {}
  }

  private List<Object> warming(Manifest.Signature of) {
    Function function = Objects.requireNonNull(functions.byName().get(name + "." + of.name()));
    List<Object> zeros = new ArrayList<>();
    of.types().forEach(type -> zeros.add(zero(type)));
    return manifest.examples().stream()
        .filter(example -> example.call().equals(of.name()))
        .findFirst()
        .map(example -> fitted(function, example.arguments()))
        .orElse(zeros);
  }

  private static List<Object> fitted(Function function, List<Object> json) {
    List<Object> fitted = new ArrayList<>();
    for (int i = 0; i < json.size(); i++) {
      fitted.add(plain(json.get(i), function.parameters().get(i)));
    }
    return fitted;
  }

  private static Object zero(Type.Plain type) {
    return switch (type) {
      case NUMBER -> 0.0;
      case INTEGER -> 0L;
      case BOOLEAN -> false;
      case TEXT -> "";
      default -> List.of(0.0);
    };
  }
}
