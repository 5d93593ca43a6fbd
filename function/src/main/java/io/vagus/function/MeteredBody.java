package io.vagus.function;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One function's body, counting. See {@link Metering}. Not thread-safe. */
final class MeteredBody {
  /** Of growing memory, for its copy. */
  private static final int GROWTH = 1000;

  /** A byte's part of an instruction, as a shift. */
  private static final int BYTES_SHIFT = 3;

  private static final int FUNCTION = -1;

  private final byte[] module;
  private final Metering.FunctionShape shape;
  private final int left;
  private final int depth;
  private final int maxDepth;
  private final int localGroups;
  private final int localsFrom;
  private final int localsTo;
  private final int length;
  private final List<Op> ops = new ArrayList<>();

  /** What a turn of the loop at that place costs; the last one is the function's own. */
  private final int[] costs;

  private final BytesOut out = new BytesOut();

  MeteredBody(
      byte[] module, int from, int to, Metering.FunctionShape shape, int globals, int maxDepth) {
    this.module = module;
    this.shape = shape;
    this.left = globals;
    this.depth = globals + 1;
    this.maxDepth = maxDepth;
    BytesIn in = new BytesIn(module, from, to);
    this.localGroups = in.u32();
    this.localsFrom = in.at();
    int locals = 0;
    for (int i = 0; i < localGroups; i++) {
      locals += in.u32();
      in.skip(1);
    }
    this.localsTo = in.at();
    this.length = shape.parameters() + locals;
    while (in.hasMore()) {
      ops.add(Op.read(in));
    }
    this.costs = costs();
  }

  boolean writes() {
    return ops.stream().anyMatch(Op::writes);
  }

  private int[] costs() {
    int[] of = new int[ops.size() + 1];
    Deque<Integer> within = new ArrayDeque<>(List.of(FUNCTION));
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      int payer = within.getFirst();
      of[payer == FUNCTION ? ops.size() : payer] += op.code() == Op.MEMORY_GROW ? GROWTH : 1;
      if (op.opens()) {
        within.push(op.code() == Op.LOOP ? i : payer);
      } else if (op.code() == Op.END) {
        within.pop();
      }
    }
    return of;
  }

  byte[] rewritten() {
    out.u32(localGroups + 1).copy(module, localsFrom, localsTo).u32(1).ops(0x7F); // one more: i32
    charge(costs[ops.size()]);
    deeper();
    out.ops(Op.BLOCK, shape.result());
    int open = 0;
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      open += op.opens() ? 1 : op.code() == Op.END ? -1 : 0;
      write(op, open);
      if (op.code() == Op.LOOP) {
        charge(costs[i]);
      }
    }
    out.ops(Op.GLOBAL_GET).u32(depth).ops(Op.I32_CONST, 1, Op.I32_SUB, Op.GLOBAL_SET).u32(depth);
    return out.ops(Op.END).toBytes();
  }

  private void write(Op op, int open) {
    switch (op.code()) {
      case Op.RETURN -> out.ops(Op.BR).u32(open);
      case Op.MEMORY_COPY, Op.MEMORY_FILL -> {
        chargeLength();
        out.copy(module, op.from(), op.to());
      }
      default -> out.copy(module, op.from(), op.to());
    }
  }

  private void charge(int cost) {
    out.ops(Op.GLOBAL_GET).u32(left).ops(Op.I64_CONST).signed(cost).ops(Op.I64_SUB);
    endIfNoneIsLeft();
  }

  /** By the number that lies uppermost. */
  private void chargeLength() {
    out.ops(Op.LOCAL_SET).u32(length);
    out.ops(Op.GLOBAL_GET).u32(left).ops(Op.LOCAL_GET).u32(length).ops(Op.I64_EXTEND_I32_U);
    out.ops(Op.I64_CONST, BYTES_SHIFT, Op.I64_SHR_U, Op.I64_SUB);
    endIfNoneIsLeft();
    out.ops(Op.LOCAL_GET).u32(length);
  }

  private void endIfNoneIsLeft() {
    out.ops(Op.GLOBAL_SET).u32(left).ops(Op.GLOBAL_GET).u32(left);
    out.ops(Op.I64_CONST, 0, Op.I64_LT_S, Op.IF, Op.WITHOUT_RESULT, Op.UNREACHABLE, Op.END);
  }

  private void deeper() {
    out.ops(Op.GLOBAL_GET).u32(depth).ops(Op.I32_CONST, 1, Op.I32_ADD, Op.GLOBAL_SET).u32(depth);
    out.ops(Op.GLOBAL_GET).u32(depth).ops(Op.I32_CONST).signed(maxDepth);
    out.ops(Op.I32_GT_U, Op.IF, Op.WITHOUT_RESULT, Op.UNREACHABLE, Op.END);
  }
}
