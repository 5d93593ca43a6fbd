package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;

/** Whom a client certificate proves. */
public sealed interface Identity {

  /** A device that may connect. */
  record Proved(Device device, String serial) implements Identity {}

  /** A device whose certificate ended lately: it may renew it, and nothing else. */
  record Late(Device device, String serial) implements Identity {}

  /** Nobody. */
  record Refused(Refusal reason, String why) implements Identity {}

  /** It cannot be judged now. */
  record Undecided(ErrorCode code, String why) implements Identity {}
}
