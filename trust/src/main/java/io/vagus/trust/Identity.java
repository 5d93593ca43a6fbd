package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;

/** Whom a client's certificate or token proves. */
public sealed interface Identity {

  /** A device that may connect. */
  record Proved(Device device, String serial) implements Identity {}

  /** A device whose certificate ended lately: it may renew it, and nothing else. */
  record Late(Device device, String serial) implements Identity {}

  /** Somebody who may enrol a device, and do nothing else. */
  record Enrolling(Enrollee who) implements Identity {}

  /** Nobody. */
  record Refused(Refusal reason, String why) implements Identity {}

  /** It cannot be judged now. */
  record Undecided(ErrorCode code, String why) implements Identity {}
}
