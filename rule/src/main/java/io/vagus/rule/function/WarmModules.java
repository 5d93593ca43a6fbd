package io.vagus.rule.function;

import io.vagus.expression.Function;
import io.vagus.expression.Functions;
import io.vagus.function.FunctionModule;
import io.vagus.function.Limits;
import io.vagus.function.Manifest;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Modules in force, each loaded, and what texts may call of them. Immutable: a change makes others.
 *
 * @param loaded by module; one that is stored but is taken no more has no loaded module
 * @param functions of all of them
 */
record WarmModules(Map<String, Warm> loaded, Functions functions) {
  static final WarmModules NONE = new WarmModules(Map.of(), Functions.NONE);

  /** One of them. */
  record Warm(FunctionChange change, Optional<FunctionModule> module) {}

  /** Checked, compiled, warmed; takes its time. */
  static FunctionModule load(String module, FunctionChange.Content content) {
    return FunctionModule.load(
        module,
        Base64.getDecoder().decode(content.wasm()),
        manifest(content.manifest()),
        Limits.DEFAULT);
  }

  @SuppressWarnings("unchecked")
  static Manifest manifest(String json) {
    if (JsonText.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof Map<?, ?> map) {
      return Manifest.of((Map<String, @Nullable Object>) map);
    }
    throw new VagusException(ErrorCode.INVALID_REQUEST, "manifest: is no object");
  }

  /** After that change. */
  WarmModules with(FunctionChange change, Optional<FunctionModule> module) {
    Map<String, Warm> next = new TreeMap<>(loaded);
    if (change.content().isPresent()) {
      next.put(change.module(), new Warm(change, module));
    } else {
      next.remove(change.module());
    }
    Functions all = Functions.NONE;
    for (Warm one : next.values()) {
      all = one.module().map(FunctionModule::functions).map(all::and).orElse(all);
    }
    return new WarmModules(next, all);
  }

  List<FunctionChange> changes() {
    return loaded.values().stream().map(Warm::change).toList();
  }

  Map<String, Integer> versions() {
    Map<String, Integer> versions = new TreeMap<>();
    loaded
        .values()
        .forEach(one ->
            one.module()
                .ifPresent(module ->
                    module
                        .functions()
                        .byName()
                        .keySet()
                        .forEach(name -> versions.put(name, one.change().version()))));
    return versions;
  }

  /** Which functions differ from those before, with their versions; 0: it is no more. */
  Map<String, Integer> changedSince(WarmModules before) {
    Map<String, Integer> changed = new TreeMap<>(before.versions());
    changed.replaceAll((name, version) -> 0);
    changed.putAll(versions());
    changed.entrySet().removeIf(e -> e.getValue().equals(before.versions().get(e.getKey())));
    return changed;
  }

  /** Where module and version of a function stand that is not as it is now. */
  interface Past {
    /** Empty: it had no such version. */
    Optional<FunctionModule> module(String module, int version);
  }

  /** With those named as they were. */
  Functions at(Map<String, Integer> asked, Past past) {
    Map<String, Integer> now = versions();
    List<Map.Entry<String, Integer>> others = new ArrayList<>(asked.entrySet());
    others.removeIf(one -> one.getValue().equals(now.getOrDefault(one.getKey(), 0)));
    if (others.isEmpty()) {
      return functions;
    }
    Map<String, Function> all = new TreeMap<>(functions.byName());
    for (Map.Entry<String, Integer> one : others) {
      all.remove(one.getKey());
      String module = one.getKey().substring(0, one.getKey().indexOf('.'));
      past.module(module, one.getValue())
          .map(of -> of.functions().byName().get(one.getKey()))
          .ifPresent(function -> all.put(one.getKey(), function));
    }
    return new Functions(all);
  }
}
