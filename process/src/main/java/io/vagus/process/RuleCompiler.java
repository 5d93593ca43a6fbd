package io.vagus.process;

import io.vagus.rule.RuleSet;
import io.vagus.rule.engine.CompiledRules;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * Compiles the rules of the newest revision beside the processing, which takes a millisecond or so
 * for each, so that no message waits for it. Thread-safe.
 */
final class RuleCompiler {
  private static final Logger LOG = System.getLogger(RuleCompiler.class.getName());

  private final RuleParts parts;
  private final Executor executor;
  private volatile CompiledRules ready = CompiledRules.NONE;

  /**
   * @param executor to compile on
   */
  RuleCompiler(RuleParts parts, Executor executor) {
    this.parts = parts;
    this.executor = executor;
    parts.book().addListener(this::wake);
    wake();
  }

  private void wake() {
    executor.execute(this::compile);
  }

  private synchronized void compile() {
    try {
      ready = at(parts.book().revision());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "rules cannot be read: those in force stay", e);
    }
  }

  /** The newest rules that are compiled. */
  CompiledRules ready() {
    return ready;
  }

  /**
   * The revision that is to come into force: the newest, once it is compiled. Until then what is in
   * force stays, above all after a start, when nothing is compiled yet.
   */
  OptionalLong next(long inForce) {
    long compiled = ready.revision();
    return compiled != inForce && compiled == parts.book().revision()
        ? OptionalLong.of(compiled)
        : OptionalLong.empty();
  }

  /** Those of a revision: of another than the newest when the journal is read again. */
  synchronized CompiledRules at(long revision) {
    if (ready.revision() == revision) {
      return ready;
    }
    RuleSet set = parts.book().at(revision);
    return CompiledRules.of(set, parts.products().apply(set), parts.functions().apply(set), ready);
  }
}
