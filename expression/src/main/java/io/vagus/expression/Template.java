package io.vagus.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What JSON can say, its texts with formulas in <code>${…}</code>: a text that is one formula and
 * nothing else becomes the formula's value, any other stays a text with the values in it. <code>$${
 * </code> stands for <code>${</code>. Immutable.
 */
public final class Template {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_PARTS = 1000;

  /** One place of it. */
  private sealed interface Part {}

  private record Constant(@Nullable Object json) implements Part {}

  private record Value(Formula formula) implements Part {}

  private record Sentence(List<Part> parts) implements Part {}

  private record Items(List<Part> parts) implements Part {}

  private record Fields(Map<String, Part> parts) implements Part {}

  private final Part whole;
  private final Set<List<String>> paths;

  private Template(Part whole, Set<List<String>> paths) {
    this.whole = whole;
    this.paths = Set.copyOf(paths);
  }

  /**
   * Of what JSON can say: maps, lists, Numbers, Booleans, Strings, null; an INVALID_REQUEST names
   * place, formula, position and what is expected.
   */
  public static Template compile(@Nullable Object json, Scope scope, Functions functions) {
    Compiler compiler = new Compiler(scope, functions);
    return new Template(compiler.part(json, "", 0), compiler.paths);
  }

  /** The values that it looks at, each from its variable inwards. */
  public Set<List<String>> paths() {
    return paths;
  }

  /** The same, each formula's value in its place; unknown as soon as one of them is. */
  public Answer fill(Lookup values) {
    return fill(whole, values);
  }

  private static Answer fill(Part part, Lookup values) {
    return switch (part) {
      case Constant constant -> new Answer.Given(constant.json());
      case Value value -> value.formula().evaluate(values);
      case Sentence sentence -> sentence(sentence, values);
      case Items items -> items(items, values);
      case Fields fields -> fields(fields, values);
    };
  }

  private static Answer sentence(Sentence sentence, Lookup values) {
    StringBuilder text = new StringBuilder();
    for (Part part : sentence.parts()) {
      switch (fill(part, values)) {
        case Answer.Unknown unknown -> {
          return unknown;
        }
        case Answer.Given given -> text.append(Plainly.text(given.json()));
      }
    }
    return new Answer.Given(text.toString());
  }

  private static Answer items(Items items, Lookup values) {
    List<@Nullable Object> filled = new ArrayList<>();
    for (Part part : items.parts()) {
      switch (fill(part, values)) {
        case Answer.Unknown unknown -> {
          return unknown;
        }
        case Answer.Given given -> filled.add(given.json());
      }
    }
    return new Answer.Given(filled);
  }

  private static Answer fields(Fields fields, Lookup values) {
    Map<String, @Nullable Object> filled = new LinkedHashMap<>();
    for (Map.Entry<String, Part> part : fields.parts().entrySet()) {
      switch (fill(part.getValue(), values)) {
        case Answer.Unknown unknown -> {
          return unknown;
        }
        case Answer.Given given -> filled.put(part.getKey(), given.json());
      }
    }
    return new Answer.Given(filled);
  }

  /** Of one template. */
  private static final class Compiler {
    private final Scope scope;
    private final Functions functions;
    private final Set<List<String>> paths = new LinkedHashSet<>();
    private int parts;

    Compiler(Scope scope, Functions functions) {
      this.scope = scope;
      this.functions = functions;
    }

    private Part part(@Nullable Object json, String place, int depth) {
      if (depth > MAX_DEPTH) {
        throw Complaint.at(place, depth + " levels (expected: <= " + MAX_DEPTH + ")");
      }
      if (++parts > MAX_PARTS) {
        throw Complaint.at(place, parts + " values (expected: <= " + MAX_PARTS + ")");
      }
      return switch (json) {
        case String text -> text(text, place);
        case List<?> list -> {
          List<Part> items = new ArrayList<>();
          for (int i = 0; i < list.size(); i++) {
            items.add(part(list.get(i), place + "/" + i, depth + 1));
          }
          yield new Items(items);
        }
        case Map<?, ?> map -> {
          Map<String, Part> fields = new LinkedHashMap<>();
          map.forEach((name, of) ->
              fields.put(String.valueOf(name), part(of, place + "/" + name, depth + 1)));
          yield new Fields(fields);
        }
        case null, default -> new Constant(json);
      };
    }

    private Part text(String text, String place) {
      List<Part> found = new ArrayList<>();
      for (TemplateText.Piece piece : TemplateText.pieces(text, place)) {
        found.add(
            switch (piece) {
              case TemplateText.Words words -> new Constant(words.text());
              case TemplateText.Code code -> new Value(formula(code.text(), place));
            });
      }
      return found.size() == 1 ? found.getFirst() : new Sentence(found);
    }

    private Formula formula(String code, String place) {
      Formula formula = Complaint.within(place, () -> Formula.compile(code, scope, functions));
      paths.addAll(formula.paths());
      return formula;
    }
  }
}
