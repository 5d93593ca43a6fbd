package io.vagus.function;

import io.vagus.expression.Function;
import io.vagus.expression.FunctionException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What tests write of modules. */
final class Manifests {
  private Manifests() {}

  @SuppressWarnings("unchecked")
  static Manifest json(String text) {
    return Manifest.of(JsonMapper.shared().readValue(text, Map.class));
  }

  /** Of functions like {@code "rms(numbers): number"}. */
  static Manifest of(String... signatures) {
    return Manifest.of(Map.of("functions", Arrays.stream(signatures).map(Manifests::one).toList()));
  }

  private static Map<String, Object> one(String signature) {
    String[] parts = signature.split("[(,)]\\s*");
    List<Map<String, String>> parameters =
        Arrays.stream(parts, 1, parts.length - 1)
            .filter(type -> !type.isEmpty())
            .map(type -> Map.of("name", "x", "type", type))
            .toList();
    return Map.of(
        "name", parts[0], "parameters", parameters, "result", parts[parts.length - 1].substring(2));
  }

  static FunctionModule shipped(String name) {
    return FunctionModule.load(
        name, Shipped.module(name), json(Shipped.manifest(name)), Limits.DEFAULT);
  }

  static Object call(FunctionModule module, String function, Object... arguments)
      throws FunctionException {
    Function of = module.functions().byName().get(module.name() + "." + function);
    return of.call(Arrays.asList(arguments));
  }
}
