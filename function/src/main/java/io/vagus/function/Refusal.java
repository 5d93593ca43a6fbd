package io.vagus.function;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;

/** Why a module is not taken. */
final class Refusal {
  private Refusal() {}

  static VagusException of(String module, String why) {
    return new VagusException(ErrorCode.INVALID_REQUEST, "function " + module + ": " + why);
  }
}
