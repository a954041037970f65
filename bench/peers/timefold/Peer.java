import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.lookup.PlanningId;
import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.solution.ProblemFactCollectionProperty;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import ai.timefold.solver.core.api.score.buildin.hardsoftlong.HardSoftLongScore;
import ai.timefold.solver.core.api.score.stream.Constraint;
import ai.timefold.solver.core.api.score.stream.ConstraintCollectors;
import ai.timefold.solver.core.api.score.stream.ConstraintFactory;
import ai.timefold.solver.core.api.score.stream.ConstraintProvider;
import ai.timefold.solver.core.api.score.stream.Joiners;
import ai.timefold.solver.core.api.score.stream.uni.UniConstraintStream;
import ai.timefold.solver.core.api.solver.Solver;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.solver.EnvironmentMode;
import ai.timefold.solver.core.config.solver.SolverConfig;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StreamTokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The board as a Timefold model: a candidate for each seat, a start for each session; the same rules and costs.
 *
 * <p>Arguments: board, seconds, seed, answer. The board is whole numbers in the order of `timefold.py`.
 */
public class Peer {
  static int week, buffer, weight, unfilled;
  static int[] most, load, ministry;
  static int[][] room, quota;
  static StreamTokenizer tokens;

  /** Who could take a seat, what that costs, and at which starts of each of its sessions they can come. */
  public static class Pair {
    int expert, cost;
    BitSet[] fits;
  }

  @PlanningEntity
  public static class Seat {
    @PlanningId public int id;
    int need, borrower, units, minutes;
    long empty;
    List<Pair> pairs = new ArrayList<>();

    @PlanningVariable(valueRangeProviderRefs = "pairs", allowsUnassigned = true)
    public Pair pair;

    @ValueRangeProvider(id = "pairs")
    public List<Pair> getPairs() { return pairs; }
    public Pair getPair() { return pair; }
    public void setPair(Pair pair) { this.pair = pair; }
    public int getId() { return id; }
    public int getNeed() { return need; }
    public Integer getExpert() { return pair == null ? null : pair.expert; }
  }

  @PlanningEntity
  public static class Session {
    @PlanningId public int id;
    int length, place;
    int[] at;
    List<Integer> starts = new ArrayList<>();

    @PlanningVariable(valueRangeProviderRefs = "starts")
    public Integer start;

    @ValueRangeProvider(id = "starts")
    public List<Integer> getStarts() { return starts; }
    public Integer getStart() { return start; }
    public void setStart(Integer start) { this.start = start; }
    public int getId() { return id; }
  }

  /** A seat takes part in a session, the place-th of its own. */
  public record Part(int id, int seat, int session, int place) {}

  /** An expert attends something. */
  public record Span(int id, int expert, int from, int until, int place) {
    int early() { return from - buffer; }
    int late() { return until + buffer; }
  }

  @PlanningSolution
  public static class Plan {
    @PlanningEntityCollectionProperty public List<Seat> seats = new ArrayList<>();
    @PlanningEntityCollectionProperty public List<Session> sessions = new ArrayList<>();
    @ProblemFactCollectionProperty public List<Part> parts = new ArrayList<>();
    @PlanningScore public HardSoftLongScore score;
  }

  public static class Rules implements ConstraintProvider {
    static final HardSoftLongScore HARD = HardSoftLongScore.ONE_HARD, SOFT = HardSoftLongScore.ONE_SOFT;

    public Constraint[] defineConstraints(ConstraintFactory f) {
      return new Constraint[] {
        f.forEachIncludingUnassigned(Seat.class).filter(s -> s.pair == null)
            .penalizeLong(SOFT, s -> s.empty).asConstraint("empty"),
        f.forEach(Seat.class).penalizeLong(SOFT, s -> s.pair.cost).asConstraint("cost"),
        f.forEach(Seat.class).groupBy(Seat::getExpert, ConstraintCollectors.sum(s -> s.units))
            .penalizeLong(SOFT, (e, u) -> (long) weight * points(load[e], u)).asConstraint("fairness"),
        f.forEachUniquePair(Seat.class, Joiners.equal(Seat::getExpert), Joiners.equal(Seat::getNeed))
            .penalizeLong(HARD, (a, b) -> 100).asConstraint("one seat a need"),
        f.forEach(Seat.class).groupBy(Seat::getExpert, ConstraintCollectors.count())
            .filter((e, n) -> n > most[e]).penalizeLong(HARD, (e, n) -> 100L * (n - most[e])).asConstraint("open"),
        f.forEach(Seat.class).filter(s -> quota[ministry[s.pair.expert]][s.borrower] >= 0)
            .groupBy(s -> ministry[s.pair.expert], s -> s.borrower, ConstraintCollectors.sum(s -> s.minutes))
            .filter((l, b, m) -> m > quota[l][b]).penalizeLong(HARD, (l, b, m) -> m - quota[l][b])
            .asConstraint("quota"),
        f.forEach(Part.class).join(Seat.class, Joiners.equal(Part::seat, Seat::getId))
            .join(Session.class, Joiners.equal((p, s) -> p.session(), Session::getId))
            .filter((p, s, t) -> !s.pair.fits[p.place()].get(t.start))
            .penalizeLong(HARD, (p, s, t) -> 500).asConstraint("cannot come"),
        spans(f).join(spans(f), Joiners.equal(Span::expert), Joiners.lessThan(Span::id),
            Joiners.overlapping(Span::from, Span::until)).penalizeLong(HARD, (a, b) -> 100).asConstraint("overlap"),
        spans(f).filter(a -> a.place() >= 0).join(spans(f).filter(b -> b.place() >= 0),
            Joiners.equal(Span::expert), Joiners.lessThan(Span::id),
            Joiners.overlapping(Span::early, Span::late, Span::from, Span::until))
            .filter((a, b) -> a.place() != b.place()).penalizeLong(HARD, (a, b) -> 50).asConstraint("the way"),
        spans(f).groupBy(Span::expert, s -> s.from() / week, ConstraintCollectors.sum(s -> s.until() - s.from()))
            .filter((e, w, m) -> m > room[e][w]).penalizeLong(HARD, (e, w, m) -> m - room[e][w]).asConstraint("week"),
      };
    }

    static UniConstraintStream<Span> spans(ConstraintFactory f) {
      return f.forEach(Part.class).join(Seat.class, Joiners.equal(Part::seat, Seat::getId))
          .join(Session.class, Joiners.equal((p, s) -> p.session(), Session::getId))
          .map((p, s, t) -> new Span(p.id(), s.pair.expert, t.at[t.start], t.at[t.start] + t.length, t.place));
    }
  }

  static long points(int before, int added) {
    long after = before + added;
    return (after * (after + 1) - (long) before * (before + 1)) / 2;
  }

  static int next() {
    try {
      tokens.nextToken();
    } catch (IOException failure) {
      throw new RuntimeException(failure);
    }
    return (int) tokens.nval;
  }

  static Plan read() {
    int experts = next(), weeks = next(), ministries = next();
    week = next();
    buffer = next();
    weight = next();
    unfilled = next();
    most = new int[experts];
    load = new int[experts];
    ministry = new int[experts];
    room = new int[experts][weeks];
    for (int e = 0; e < experts; e++) {
      ministry[e] = next();
      most[e] = next();
      load[e] = next();
      for (int w = 0; w < weeks; w++) room[e][w] = next();
    }
    quota = new int[ministries][ministries];
    for (int[] row : quota) for (int b = 0; b < ministries; b++) row[b] = next();
    Plan plan = new Plan();
    int sessions = next();
    for (int i = 0; i < sessions; i++) {
      Session session = new Session();
      session.id = i;
      session.length = next();
      session.place = next();
      session.at = new int[next()];
      for (int k = 0; k < session.at.length; k++) {
        session.at[k] = next();
        session.starts.add(k);
      }
      plan.sessions.add(session);
    }
    int seats = next();
    for (int i = 0; i < seats; i++) plan.seats.add(seat(i, plan));
    return plan;
  }

  static Seat seat(int id, Plan plan) {
    Seat seat = new Seat();
    seat.id = id;
    seat.need = next();
    seat.borrower = next();
    seat.units = next();
    seat.minutes = next();
    seat.empty = (long) unfilled * next();
    int held = next();
    for (int k = 0; k < held; k++) plan.parts.add(new Part(plan.parts.size(), id, next(), k));
    int pairs = next();
    for (int i = 0; i < pairs; i++) {
      Pair pair = new Pair();
      pair.expert = next();
      pair.cost = next();
      pair.fits = new BitSet[held];
      for (int k = 0; k < held; k++) {
        pair.fits[k] = new BitSet();
        int count = next();
        for (int j = 0; j < count; j++) pair.fits[k].set(next());
      }
      seat.pairs.add(pair);
    }
    return seat;
  }

  public static void main(String[] arguments) throws Exception {
    tokens = new StreamTokenizer(new BufferedReader(new FileReader(arguments[0])));
    Plan board = read();
    board.seats.removeIf(seat -> seat.pairs.isEmpty());
    SolverConfig config = new SolverConfig().withSolutionClass(Plan.class)
        .withEntityClasses(Seat.class, Session.class).withConstraintProviderClass(Rules.class)
        .withTerminationSpentLimit(Duration.ofMillis((long) (1000 * Double.parseDouble(arguments[1]))))
        .withRandomSeed(Long.parseLong(arguments[2])).withEnvironmentMode(EnvironmentMode.NO_ASSERT);
    Solver<Plan> solver = SolverFactory.<Plan>create(config).buildSolver();
    long began = System.nanoTime();
    double[] first = {-1};
    solver.addEventListener(event -> {
      if (first[0] < 0 && ((HardSoftLongScore) event.getNewBestScore()).isFeasible())
        first[0] = (System.nanoTime() - began) / 1e9;
    });
    Plan plan = solver.solve(board);
    try (PrintWriter answer = new PrintWriter(arguments[3])) {
      answer.println("score " + plan.score.hardScore() + " " + first[0]);
      for (Seat seat : plan.seats) if (seat.pair != null) answer.println("seat " + seat.id + " " + seat.pair.expert);
      for (Session session : plan.sessions) answer.println("session " + session.id + " " + session.at[session.start]);
    }
  }
}
