package io.vagus.api;

import io.vagus.expression.Function;
import io.vagus.expression.FunctionException;
import io.vagus.function.FunctionModule;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.rule.Basis;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.Rules;
import io.vagus.rule.function.FunctionBook;
import io.vagus.rule.function.FunctionChange;
import io.vagus.wire.JsonObject;
import io.vagus.wire.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/** Functions in WebAssembly that rules may call. Thread-safe. */
final class FunctionRoutes {
  private static final String ALL = "/api/v1/functions";
  private static final String ONE = ALL + "/{module}";

  private final FunctionBook book;
  private final Rules rules;

  FunctionRoutes(ApiParts parts) {
    this.book = parts.functions();
    this.rules = parts.rules().book();
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, this::list),
        Route.get(ONE, this::read),
        Route.write("PUT", ONE, Route.Body.JSON, this::save),
        Route.write("DELETE", ONE, Route.Body.NONE, this::delete),
        Route.write("POST", ONE + "/call", Route.Body.JSON, this::call),
        Route.get(ONE + "/versions", this::versions),
        Route.get(ONE + "/versions/{version}", this::version));
  }

  private Reply list(Call call) {
    return Reply.json(200, out -> Shape.items(out, "items", book.all(), FunctionRoutes::write));
  }

  private Reply read(Call call) {
    return shown(200, existing(call));
  }

  private static Reply shown(int status, FunctionChange change) {
    return Reply.json(status, out -> write(out, change))
        .with("ETag", "\"" + change.version() + "\"")
        .with("Location", ALL + "/" + change.module());
  }

  private FunctionChange existing(Call call) {
    String module = call.path("module");
    return book.find(module).orElseThrow(() -> Problem.notFound("function", module));
  }

  /** Without the module itself, which is large. */
  private static void write(JsonGenerator out, FunctionChange change) {
    out.writeStringProperty("module", change.module());
    out.writeNumberProperty("version", change.version());
    out.writeStringProperty("at", change.at().toString());
    out.writeStringProperty("by", change.by());
    change
        .content()
        .ifPresentOrElse(
            content -> {
              out.writeName("manifest");
              out.writeRawValue(content.manifest());
              out.writeNumberProperty(
                  "sizeBytes", Base64.getDecoder().decode(content.wasm()).length);
            },
            () -> out.writeBooleanProperty("deleted", true));
  }

  private Reply save(Call call) throws IOException {
    String module = call.path("module");
    JsonObject json = call.json();
    String manifest = json.require("manifest", json.text("manifest"));
    byte[] wasm = decoded(json.require("wasm", json.string("wasm")));
    json.end();
    int before = book.find(module).map(FunctionChange::version).orElse(0);
    FunctionBook.requireVersion(before, call.ifVersion());
    FunctionChange saved = book.save(module, manifest, wasm, OptionalLong.of(before));
    return shown(before == 0 ? 201 : 200, saved);
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("wasm", e.getMessage() + " (expected: base64, RFC 4648 §4)");
    }
  }

  private Reply delete(Call call) {
    FunctionChange before = existing(call);
    FunctionBook.requireVersion(before.version(), call.ifVersion());
    requireUncalled(before.module());
    book.delete(before.module(), OptionalLong.of(before.version()));
    return Reply.noContent();
  }

  private void requireUncalled(String module) {
    List<String> names =
        book.module(module).stream()
            .flatMap(m -> m.functions().byName().keySet().stream())
            .toList();
    for (RuleVersion version : rules.all()) {
      for (String name : names) {
        if (new Basis(Basis.Kind.FUNCTION, name, 0).isOf(version.rule())) {
          throw new VagusException(
              ErrorCode.CONFLICT,
              "function %s: rule %s calls it (expected: no rule does)"
                  .formatted(name, version.rule().id()));
        }
      }
    }
  }

  private Reply call(Call call) throws IOException {
    FunctionModule module =
        book.module(existing(call).module())
            .orElseThrow(() ->
                new VagusException(
                    ErrorCode.CONFLICT, "function: this version does not take it any more"));
    JsonObject json = call.json();
    String name = json.require("function", json.string("function"));
    List<?> arguments = arguments(json);
    json.end();
    Function function = module.functions().byName().get(module.name() + "." + name);
    if (function == null) {
      throw Problem.invalid(
          "function",
          Problem.shown(name)
              + " (expected: one of "
              + String.join(", ", module.functions().byName().keySet())
              + ", without the module)");
    }
    return answer(function, arguments);
  }

  private static List<?> arguments(JsonObject json) {
    Object given =
        json.anyText("arguments")
            .map(text -> JsonText.parse(text.getBytes(StandardCharsets.UTF_8)))
            .orElse(List.of());
    if (given instanceof List<?> list) {
      return list;
    }
    throw Problem.invalid("arguments", "is no list");
  }

  private static Reply answer(Function function, List<?> arguments) {
    try {
      String result = JsonText.of(function.call(arguments));
      return Reply.json(
          200,
          out -> {
            out.writeName("result");
            out.writeRawValue(result);
          });
    } catch (FunctionException e) {
      return Reply.json(200, out -> out.writeStringProperty("unknown", e.getMessage()));
    }
  }

  private Reply versions(Call call) {
    List<FunctionChange> versions = book.versions(call.path("module"));
    if (versions.isEmpty()) {
      throw Problem.notFound("function", call.path("module"));
    }
    return Reply.json(200, out -> Shape.items(out, "items", versions, FunctionRoutes::write));
  }

  /** With the module itself: what a device is given. */
  private Reply version(Call call) {
    String asked = call.path("version");
    FunctionChange change =
        book.versions(call.path("module")).stream()
            .filter(one -> asked.equals("" + one.version()))
            .findFirst()
            .orElseThrow(() -> Problem.notFound("version", asked));
    Optional<String> wasm = change.content().map(FunctionChange.Content::wasm);
    return Reply.json(
        200,
        out -> {
          write(out, change);
          wasm.ifPresent(base64 -> out.writeStringProperty("wasm", base64));
        });
  }
}
