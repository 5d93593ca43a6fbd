package io.vagus.rule.function;

import io.vagus.expression.Functions;
import io.vagus.function.FunctionModule;
import io.vagus.kit.WallClock;
import io.vagus.registry.Actor;
import io.vagus.registry.sql.Times;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** The function book's twin without a disk. Guarded by itself. */
public final class InMemoryFunctionBook implements FunctionBook {
  private final WallClock wall;
  private final List<FunctionChange> log = new ArrayList<>();
  private final List<BiConsumer<String, Integer>> listeners = new CopyOnWriteArrayList<>();
  private WarmModules newest = WarmModules.NONE;

  public InMemoryFunctionBook(WallClock wall) {
    this.wall = wall;
  }

  @Override
  public synchronized FunctionChange save(
      String module, String manifest, byte[] wasm, OptionalLong ifVersion) {
    FunctionChange.Content content =
        new FunctionChange.Content(manifest, Base64.getEncoder().encodeToString(wasm));
    FunctionModule loaded = WarmModules.load(module, content);
    Optional<FunctionChange> there = find(module);
    FunctionBook.requireVersion(there.map(FunctionChange::version).orElse(0), ifVersion);
    if (there.isPresent() && there.get().content().equals(Optional.of(content))) {
      return there.get();
    }
    if (there.isEmpty()) {
      FunctionBook.requireRoom(newest.loaded().size());
    }
    return append(module, Optional.of(content), Optional.of(loaded));
  }

  @Override
  public synchronized boolean delete(String module, OptionalLong ifVersion) {
    Optional<FunctionChange> there = find(module);
    FunctionBook.requireVersion(there.map(FunctionChange::version).orElse(0), ifVersion);
    there.ifPresent(change -> append(module, Optional.empty(), Optional.empty()));
    return there.isPresent();
  }

  private FunctionChange append(
      String module, Optional<FunctionChange.Content> content, Optional<FunctionModule> loaded) {
    FunctionChange change =
        new FunctionChange(
            module,
            versions(module).size() + 1,
            Times.instant(wall.micros()),
            Actor.current().text(),
            content);
    log.add(change);
    WarmModules before = newest;
    newest = before.with(change, loaded);
    newest
        .changedSince(before)
        .forEach((name, version) -> listeners.forEach(l -> l.accept(name, version)));
    return change;
  }

  @Override
  public synchronized List<FunctionChange> all() {
    return newest.changes();
  }

  @Override
  public synchronized List<FunctionChange> versions(String module) {
    return log.reversed().stream().filter(change -> change.module().equals(module)).toList();
  }

  @Override
  public synchronized Optional<FunctionModule> module(String module) {
    return Optional.ofNullable(newest.loaded().get(module)).flatMap(WarmModules.Warm::module);
  }

  @Override
  public synchronized Functions functions() {
    return newest.functions();
  }

  @Override
  public synchronized Map<String, Integer> versions() {
    return newest.versions();
  }

  @Override
  public synchronized Functions at(Map<String, Integer> versions) {
    return newest.at(
        versions,
        (module, version) ->
            versions(module).stream()
                .filter(change -> change.version() == version)
                .flatMap(change -> change.content().stream())
                .map(content -> WarmModules.load(module, content))
                .findFirst());
  }

  @Override
  public void addListener(BiConsumer<String, Integer> changed) {
    listeners.add(changed);
  }
}
