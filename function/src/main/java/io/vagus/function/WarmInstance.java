package io.vagus.function;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.MutabilityType;
import io.vagus.expression.FunctionException;
import java.util.List;

/**
 * An instance that is as new before each call: its memory and globals are put back after each. Used
 * by one thread at a time.
 */
final class WarmInstance {
  private final Instance instance;
  private final Limits limits;
  private final boolean writes;
  private final int ownGlobals;
  private final GlobalInstance instructions;
  private final GlobalInstance depth;
  private final byte[] memory;
  private final long[] globals;

  WarmInstance(Program program, Limits limits) {
    this.instance = program.instance();
    this.limits = limits;
    this.writes = program.metered().writes();
    this.ownGlobals = program.metered().instructions();
    this.instructions = instance.global(program.metered().instructions());
    this.depth = instance.global(program.metered().depth());
    this.memory =
        instance.memory() == null
            ? new byte[0]
            : instance.memory().readBytes(0, instance.memory().pages() * 65_536);
    this.globals = new long[ownGlobals];
    for (int i = 0; i < ownGlobals; i++) {
      globals[i] = instance.global(i).getValue();
    }
  }

  /** What the last call took. */
  long taken() {
    return limits.instructions() - instructions.getValue();
  }

  /**
   * The function's result.
   *
   * @param arguments of its parameters' types
   */
  Object call(Manifest.Signature signature, List<Object> arguments) throws FunctionException {
    instructions.setValue(limits.instructions());
    depth.setValue(0);
    try {
      long[] passed = Abi.pass(arguments, instance, limits);
      long raw = instance.export(signature.name()).apply(passed)[0];
      return Abi.take(raw, signature.result(), instance, limits);
    } catch (RuntimeException | StackOverflowError e) { // the sandbox's wall
      throw new FunctionException(why(e));
    }
  }

  private String why(Throwable thrown) {
    if (instructions.getValue() < 0) {
      return "takes more than %d instructions".formatted(limits.instructions());
    }
    if (depth.getValue() > limits.callDepth() || thrown instanceof StackOverflowError) {
      return "calls go deeper than %d within one another".formatted(limits.callDepth());
    }
    return "stopped: " + thrown.getMessage();
  }

  /** False: it cannot be made as new, for its memory grew. */
  boolean restored(List<Object> arguments) {
    for (int i = 0; i < ownGlobals; i++) {
      GlobalInstance global = instance.global(i);
      if (global.getMutabilityType() == MutabilityType.Var && global.getValue() != globals[i]) {
        global.setValue(globals[i]);
      }
    }
    if (memory.length == 0) {
      return true;
    }
    if (instance.memory().pages() * 65_536 != memory.length) {
      return false;
    }
    if (writes || arguments.stream().anyMatch(a -> a instanceof String || a instanceof List)) {
      instance.memory().write(0, memory);
    }
    return true;
  }
}
