package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EnrolmentBatches;
import io.vagus.registry.EnrolmentRules;
import io.vagus.registry.EnrolmentToken;
import io.vagus.registry.EnrolmentTokens;
import io.vagus.registry.Registry;
import java.util.List;
import java.util.Optional;

/** What of enrolment a call sees: batches and tokens by the groups that their devices go to. */
final class EnrolmentSight {
  private static final int MOST_LOOKED_AT = 250_000;

  private final Registry registry;
  private final EnrolmentBatches batches;
  private final EnrolmentTokens tokens;

  EnrolmentSight(Registry registry) {
    this.registry = registry;
    this.batches = registry.batches();
    this.tokens = registry.enrolmentTokens();
  }

  /** Looks at more and more until enough of them are seen. */
  List<EnrolmentToken> newest(Call call, int limit) {
    if (call.sight().isEverything()) {
      return tokens.newest(call.query().string("batch"), limit);
    }
    for (int looked = limit; ; looked *= 4) {
      List<EnrolmentToken> all = tokens.newest(call.query().string("batch"), looked);
      List<EnrolmentToken> seen =
          all.stream().filter(token -> isSeen(call.sight(), token)).limit(limit).toList();
      if (seen.size() == limit || all.size() < looked || looked > MOST_LOOKED_AT) {
        return seen;
      }
    }
  }

  /** Refuses the id of a token that is not seen like that of none. */
  void requireToken(Call call, String id) {
    tokens
        .find(id)
        .filter(token -> !isSeen(call.sight(), token))
        .ifPresent(hidden -> {
          throw EnrolmentRules.noToken(id);
        });
  }

  /** By its group, else by its batch, else by its device. */
  private boolean isSeen(Sight sight, EnrolmentToken token) {
    if (sight.isEverything()) {
      return true;
    }
    if (token.group().isPresent()) {
      return sight.sees(token.group());
    }
    return token.batch().isPresent()
        ? token.batch().flatMap(batches::find).filter(b -> sight.sees(b.group())).isPresent()
        : token.device().filter(sight::sees).isPresent();
  }

  /** A device that is there already has its place, and a batch says where its devices go. */
  Optional<GroupId> place(
      Sight sight,
      Optional<GroupId> said,
      Optional<EnrolmentBatch> batch,
      Optional<DeviceId> device) {
    if (device.flatMap(registry::device).isPresent()) {
      device.ifPresent(id -> sight.require("device", id));
    }
    return said.isEmpty() && batch.isPresent() ? Optional.empty() : sight.place("group", said);
  }

  List<EnrolmentBatch> batches(Sight sight) {
    return sight.isEverything()
        ? batches.all()
        : batches.all().stream().filter(batch -> sight.sees(batch.group())).toList();
  }

  EnrolmentBatch batch(Sight sight, String id) {
    return batches
        .find(id)
        .filter(batch -> sight.sees(batch.group()))
        .orElseThrow(
            () -> new VagusException(ErrorCode.NOT_FOUND, "batch: \"" + id + "\" does not exist"));
  }
}
