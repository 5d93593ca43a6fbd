package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.Registry;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleChange;
import io.vagus.rule.RuleCodec;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.Rules;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.watch.AlertChange;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The rule book: rules in all their versions. Thread-safe. */
final class RuleRoutes {
  private static final String ALL = "/api/v1/rules";
  private static final String ONE = ALL + "/{rule}";
  private static final Map<String, Rule.Mode> MODES = Shape.words(Rule.Mode.class);

  private final Registry registry;
  private final RuleSources parts;
  private final Rules rules;
  private final RuleAdmission admission;

  RuleRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.parts = parts.rules();
    this.rules = parts.rules().book();
    this.admission = new RuleAdmission(parts);
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, Set.of("product", "group", "owner", "mode", "cursor", "limit"), this::list),
        Route.get(ONE, this::read),
        Route.write("PUT", ONE, Route.Body.JSON, this::save),
        Route.write("DELETE", ONE, Route.Body.NONE, this::delete),
        Route.get(ONE + "/versions", Set.of("cursor", "limit"), this::versions),
        Route.get(ONE + "/versions/{version}", this::version));
  }

  private Reply list(Call call) {
    Query query = call.query();
    int limit = query.integer("limit", 100, 1, 1000);
    String after = query.string("cursor").orElse("");
    Optional<String> product = query.string("product");
    Optional<String> owner = query.string("owner");
    Optional<GroupId> group = query.string("group").filter(GroupId::isValid).map(GroupId::new);
    Optional<Rule.Mode> mode = query.choice("mode", MODES);
    List<RuleVersion> found =
        rules.all().stream()
            .filter(v -> v.rule().id().compareTo(after) > 0)
            .filter(v -> product.isEmpty() || v.rule().products().contains(product.get()))
            .filter(v -> owner.isEmpty() || v.rule().owner().equals(owner.get()))
            .filter(v -> query.string("group").isEmpty() || isInside(v.rule(), group))
            .filter(v -> mode.isEmpty() || v.rule().mode() == mode.get())
            .filter(v -> call.sight().sees(v.rule().group()))
            .limit(limit + 1L)
            .toList();
    boolean more = found.size() > limit;
    List<RuleVersion> page = more ? found.subList(0, limit) : found;
    Optional<String> next = more ? Optional.of(page.getLast().rule().id()) : Optional.empty();
    boolean unused = call.sight().isEverything(); // asked also when there is none
    CompiledRules compiled = parts.compiled().get();
    return Shape.page(
        new Page<>(page, next),
        (out, saved) -> RuleShape.write(out, saved, compiled, parts.measures()));
  }

  private boolean isInside(Rule rule, Optional<GroupId> group) {
    return group.isPresent() && registry.groups().isInside(rule.group(), group.get());
  }

  private Reply read(Call call) {
    return shown(200, existing(call));
  }

  private Reply shown(int status, RuleVersion saved) {
    CompiledRules compiled = parts.compiled().get();
    return Reply.json(status, out -> RuleShape.write(out, saved, compiled, parts.measures()))
        .with("ETag", "\"" + saved.version() + "\"")
        .with("Location", ALL + "/" + saved.rule().id());
  }

  private RuleVersion existing(Call call) {
    String id = call.path("rule");
    return rules
        .find(id)
        .filter(saved -> call.sight().sees(saved.rule().group()))
        .orElseThrow(() -> notFound(call));
  }

  private static VagusException notFound(Call call) {
    boolean unused = call.sight().isEverything(); // asked in any case
    return Problem.notFound("rule", call.path("rule"));
  }

  private Reply save(Call call) throws IOException {
    JsonObject json = call.json();
    json.ignore(RuleShape.SHOWN);
    Rule said = RuleCodec.read(json, Optional.of(call.path("rule")));
    Rule rule = said.inGroup(call.sight().place("group", said.group()));
    admission.require(call, rule);
    Optional<RuleVersion> before = rules.find(rule.id());
    if (before.isPresent() && !call.sight().sees(before.get().rule().group())) {
      throw new VagusException(
          ErrorCode.CONFLICT, "id: " + Problem.shown(rule.id()) + " is taken (expected: another)");
    }
    int version = before.map(RuleVersion::version).orElse(0);
    Rules.requireVersion(version, call.ifVersion());
    RuleVersion saved = rules.save(rule, OptionalLong.of(version));
    if (rule.mode() != Rule.Mode.LIVE) {
      parts.alerts().end(AlertChange.ofRule(rule.id()));
    }
    return shown(version == 0 ? 201 : 200, saved);
  }

  private Reply delete(Call call) {
    RuleVersion before = existing(call);
    Rules.requireVersion(before.version(), call.ifVersion());
    rules.delete(before.rule().id(), OptionalLong.of(before.version()));
    parts.alerts().end(AlertChange.ofRule(before.rule().id()));
    return Reply.noContent();
  }

  private Reply versions(Call call) {
    String rule = call.path("rule");
    int limit = call.query().integer("limit", 100, 1, 1000);
    requireSeen(call, rule);
    Page<RuleChange> page = rules.versions(rule, call.query().string("cursor"), limit);
    List<RuleChange> seen = page.items().stream().filter(change -> isSeen(call, change)).toList();
    return Shape.page(new Page<>(seen, page.next()), RuleShape::write);
  }

  private Reply version(Call call) {
    String rule = call.path("rule");
    String asked = call.path("version");
    requireSeen(call, rule);
    RuleChange change =
        Optional.of(asked)
            .filter(v -> v.matches("[1-9]\\d{0,8}"))
            .flatMap(v -> rules.version(rule, Integer.parseInt(v)))
            .filter(c -> isSeen(call, c))
            .orElseThrow(() -> Problem.notFound("version", asked));
    return Reply.json(200, out -> RuleShape.write(out, change));
  }

  /** A rule that is there, or that was there last, where the caller sees. */
  private void requireSeen(Call call, String rule) {
    boolean seen =
        rules.versions(rule, Optional.empty(), 2).items().stream()
            .flatMap(change -> change.content().stream())
            .findFirst()
            .filter(content -> call.sight().sees(content.group()))
            .isPresent();
    if (!seen) {
      throw notFound(call);
    }
  }

  /** Of a rule that was another's before, only what it was since. */
  private static boolean isSeen(Call call, RuleChange change) {
    return change.content().map(Rule::group).map(call.sight()::sees).orElse(true);
  }
}
