package io.vagus.registry;

import io.vagus.model.DeviceId;
import java.util.List;
import java.util.Optional;

/** The provisioning tokens that were made. Calls may block on disk. Thread-safe. */
public interface EnrolmentTokens {

  /** All or none; refused with CONFLICT when an id exists, NOT_FOUND when a batch does not. */
  void add(List<EnrolmentToken> tokens);

  Optional<EnrolmentToken> find(String id);

  /**
   * The newest first.
   *
   * @param batch only those of this one
   */
  List<EnrolmentToken> newest(Optional<String> batch, int limit);

  /** Uses it up; false when it is not open any more: of many who try at once one succeeds. */
  boolean use(String id, DeviceId device);

  /** Ends it before its time; one that was used stays as it is. */
  EnrolmentToken revoke(String id);

  /** Ends those that are open and for that device alone; how many. */
  int revokeOf(DeviceId device);
}
