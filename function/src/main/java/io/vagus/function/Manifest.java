package io.vagus.function;

import io.vagus.expression.Type;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a module offers, and examples that it must get right before it is taken. */
public record Manifest(List<Signature> functions, List<Example> examples) {
  private static final int MAX_FUNCTIONS = 32;
  private static final int MAX_EXAMPLES = 200;
  private static final int MAX_PARAMETERS = 8;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Set<Type.Plain> TYPES =
      Set.of(
          Type.Plain.NUMBER,
          Type.Plain.INTEGER,
          Type.Plain.BOOLEAN,
          Type.Plain.TEXT,
          Type.Plain.NUMBERS);

  public Manifest {
    functions = List.copyOf(functions);
    examples = List.copyOf(examples);
  }

  /** A function, by its name among the module's exports. */
  public record Signature(String name, List<Parameter> parameters, Type.Plain result) {
    public Signature {
      parameters = List.copyOf(parameters);
    }

    public List<Type.Plain> types() {
      return parameters.stream().map(Parameter::type).toList();
    }

    /** As people write it: {@code rms(samples: numbers): number}. */
    public String text() {
      List<String> of = parameters.stream().map(p -> p.name() + ": " + word(p.type())).toList();
      return name + "(" + String.join(", ", of) + "): " + word(result);
    }
  }

  /** One of a function's. */
  public record Parameter(String name, Type.Plain type) {}

  /**
   * A call and what it must give, bit for bit.
   *
   * @param arguments as JSON says them
   */
  public record Example(String call, List<Object> arguments, Object result) {
    public Example {
      arguments = List.copyOf(arguments);
    }
  }

  static String word(Type.Plain type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Of a JSON object: {@code {"functions": [{"name", "parameters": [{"name", "type"}], "result"}],
   * "examples": [{"call", "arguments", "result"}]}}; an INVALID_REQUEST names the place.
   *
   * @param json maps, lists, Numbers, Booleans, Strings, null
   */
  public static Manifest of(Map<String, ? extends @Nullable Object> json) {
    requireKnown(json, "manifest", Set.of("functions", "examples"));
    List<Signature> functions = new ArrayList<>();
    List<?> given = list(json.get("functions"), "functions", MAX_FUNCTIONS);
    for (int i = 0; i < given.size(); i++) {
      functions.add(signature(object(given.get(i), "functions/" + i), "functions/" + i));
    }
    if (functions.isEmpty()) {
      throw refused("functions", "is empty (expected: 1 to " + MAX_FUNCTIONS + ")");
    }
    List<Example> examples = new ArrayList<>();
    List<?> shown = list(json.get("examples"), "examples", MAX_EXAMPLES);
    for (int i = 0; i < shown.size(); i++) {
      examples.add(example(object(shown.get(i), "examples/" + i), "examples/" + i));
    }
    return new Manifest(functions, examples);
  }

  private static Signature signature(Map<?, ?> json, String place) {
    requireKnown(json, place, Set.of("name", "parameters", "result"));
    List<Parameter> parameters = new ArrayList<>();
    List<?> given = list(json.get("parameters"), place + "/parameters", MAX_PARAMETERS);
    for (int i = 0; i < given.size(); i++) {
      String at = place + "/parameters/" + i;
      Map<?, ?> of = object(given.get(i), at);
      requireKnown(of, at, Set.of("name", "type"));
      parameters.add(
          new Parameter(name(of.get("name"), at + "/name"), type(of.get("type"), at + "/type")));
    }
    return new Signature(
        name(json.get("name"), place + "/name"),
        parameters,
        type(json.get("result"), place + "/result"));
  }

  private static Example example(Map<?, ?> json, String place) {
    requireKnown(json, place, Set.of("call", "arguments", "result"));
    Object result = json.get("result");
    if (result == null) {
      throw refused(place + "/result", "is missing");
    }
    List<Object> arguments = new ArrayList<>();
    for (Object one : list(json.get("arguments"), place + "/arguments", MAX_PARAMETERS)) {
      if (one == null) {
        throw refused(place + "/arguments", "null (expected: a value)");
      }
      arguments.add(one);
    }
    return new Example(name(json.get("call"), place + "/call"), arguments, result);
  }

  private static String name(@Nullable Object json, String place) {
    if (json instanceof String name && NAME.matcher(name).matches()) {
      return name;
    }
    throw refused(
        place, json + " (expected: a letter, then a to z, 0 to 9, _; at most 63 characters)");
  }

  private static Type.Plain type(@Nullable Object json, String place) {
    for (Type.Plain type : TYPES) {
      if (word(type).equals(json)) {
        return type;
      }
    }
    throw refused(place, json + " (expected: number, integer, boolean, text or numbers)");
  }

  private static List<?> list(@Nullable Object json, String place, int most) {
    List<?> list = json == null ? List.of() : json instanceof List<?> is ? is : null;
    if (list == null) {
      throw refused(place, "is no list");
    }
    if (list.size() > most) {
      throw refused(place, list.size() + " (expected: <= " + most + ")");
    }
    return list;
  }

  private static Map<?, ?> object(@Nullable Object json, String place) {
    if (json instanceof Map<?, ?> map) {
      return map;
    }
    throw refused(place, "is no object");
  }

  private static void requireKnown(Map<?, ?> json, String place, Set<String> names) {
    json.keySet().stream()
        .filter(name -> !names.contains(name))
        .findFirst()
        .ifPresent(name -> {
          throw refused(
              place + "/" + name,
              "unknown (expected: one of "
                  + String.join(", ", names.stream().sorted().toList())
                  + ")");
        });
  }

  private static VagusException refused(String place, String why) {
    return new VagusException(ErrorCode.INVALID_REQUEST, "manifest: " + place + ": " + why);
  }
}
