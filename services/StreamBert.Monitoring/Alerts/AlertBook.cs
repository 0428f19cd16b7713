using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Alerts;

/// <summary>Where a rule stands on one series.</summary>
public sealed class AlertState
{
    public string Kind { get; set; } = "";
    public SeriesKey Series { get; set; } = new("", "", SeriesKey.All);

    /// <summary>Breaches in a row, before it fires.</summary>
    public int Breaches { get; set; }

    /// <summary>Calm windows in a row, while it fires.</summary>
    public int Calm { get; set; }

    /// <summary>The open alert; null when none is.</summary>
    public string? Open { get; set; }
    public DateTimeOffset OpenSince { get; set; }

    /// <summary>Windows left in which it does not fire again.</summary>
    public int Cooldown { get; set; }

    /// <summary>Windows since the last judgement.</summary>
    public int Unjudged { get; set; }

    /// <summary>Ends of the last windows that were breaches: late texts may add to them, or take some away.</summary>
    public List<DateTimeOffset> Breached { get; set; } = [];

    public bool Active => Breaches > 0 || Open is not null;
}

/// <summary>
/// The alerts of one pipeline: none → pending → firing → resolved, at most one open per fingerprint. Pending and clearing take several
/// windows in a row, so that nothing flaps.
/// </summary>
/// <param name="revisable">Closed windows that late texts may still revise.</param>
public sealed class AlertBook(AlertOptions options, Dictionary<string, AlertState> states, int revisable)
{
    /// <summary>Whether the rule is pending or firing: its baseline must not learn then.</summary>
    public bool IsActive(string fingerprint) => states.TryGetValue(fingerprint, out var state) && state.Active;

    /// <summary>Whether any of these kinds is pending or firing.</summary>
    public bool IsAnyActive(params ReadOnlySpan<string> kinds)
    {
        foreach (var state in states.Values)
        {
            if (state.Active && kinds.Contains(state.Kind))
                return true;
        }
        return false;
    }

    /// <summary>Takes a verdict; at most one alert is raised or resolved by it.</summary>
    public MonitorOutput? Step(Verdict verdict)
    {
        if (!states.TryGetValue(verdict.Fingerprint, out var state))
        {
            if (verdict.Judgement != Judgement.Breach)
                return null;
            states[verdict.Fingerprint] = state = new() { Kind = verdict.Kind, Series = verdict.Series };
        }
        state.Unjudged = 0;
        Remember(state, verdict);
        var output = state.Open is null ? StepClosed(state, verdict) : StepOpen(state, verdict);
        if (!state.Active && state.Cooldown == 0 && state.Breached.Count == 0)
            states.Remove(verdict.Fingerprint);
        return output;
    }

    /// <summary>
    /// Takes a new verdict on a window that late texts have revised. An alert is raised if enough windows in a row are breaches now; what
    /// fires
    /// goes on firing until windows that are still to come are calm.
    /// </summary>
    /// <param name="latest">End of the last window that was judged.</param>
    public MonitorOutput? Revise(Verdict verdict, DateTimeOffset latest)
    {
        if (!states.TryGetValue(verdict.Fingerprint, out var state))
        {
            if (verdict.Judgement != Judgement.Breach)
                return null;
            states[verdict.Fingerprint] = state = new() { Kind = verdict.Kind, Series = verdict.Series };
        }
        var (end, length) = (verdict.Window.End, verdict.Window.End - verdict.Window.Start);
        state.Breached.Remove(end);
        if (verdict.Judgement == Judgement.Breach)
            state.Breached.Add(end);
        state.Breaches = RunBefore(state, latest + length, length);
        if (state.Open is not null && verdict.Judgement != Judgement.Calm)
            state.Calm = Math.Min(state.Calm, (int)((latest - end) / length));
        var run = RunBefore(state, end + length, length) + RunAfter(state, end, length);
        return verdict.Judgement == Judgement.Breach && state is { Open: null, Cooldown: 0 } && run >= verdict.Policy.RaiseAfter
            && end > state.OpenSince
            ? Fire(state, verdict) : null;
    }

    private void Remember(AlertState state, Verdict verdict)
    {
        var kept = revisable + verdict.Policy.RaiseAfter;
        state.Breached.RemoveAll(end => end <= verdict.Window.End - kept * (verdict.Window.End - verdict.Window.Start));
        if (verdict.Judgement == Judgement.Breach)
            state.Breached.Add(verdict.Window.End);
    }

    /// <summary>Windows in a row, up to before this end, that were breaches.</summary>
    private static int RunBefore(AlertState state, DateTimeOffset end, TimeSpan length)
    {
        var run = 0;
        while (state.Breached.Contains(end -= length))
            run++;
        return run;
    }

    private static int RunAfter(AlertState state, DateTimeOffset end, TimeSpan length)
    {
        var run = 0;
        while (state.Breached.Contains(end += length))
            run++;
        return run;
    }

    /// <summary>Ends a window: whatever was not judged for too long is forgotten, and resolved if it was open.</summary>
    public IReadOnlyList<MonitorOutput> EndWindow(TimeWindow window)
    {
        List<MonitorOutput> resolved = [];
        foreach (var (fingerprint, state) in states.InOrder().ToList())
        {
            if (state.Unjudged++ < options.ForgetAfterWindows)
                continue;
            states.Remove(fingerprint);
            if (state.Open is not null)
            {
                resolved.Add(Resolved(
                    state,
                    fingerprint,
                    window.End,
                    new(0, 0, "Nothing is known of this series any more: no texts come, or it is not watched.")));
            }
        }
        return resolved;
    }

    private static MonitorOutput? StepClosed(AlertState state, Verdict verdict)
    {
        state.Breaches = verdict.Judgement == Judgement.Breach ? state.Breaches + 1 : 0;
        if (state.Cooldown > 0)
        {
            state.Cooldown--;
            return null;
        }
        return state.Breaches >= verdict.Policy.RaiseAfter ? Fire(state, verdict) : null;
    }

    private static MonitorOutput Fire(AlertState state, Verdict verdict)
    {
        var end = verdict.Window.End;
        state.Open = string.Create(CultureInfo.InvariantCulture, $"{verdict.Fingerprint}@{end:yyyyMMdd'T'HHmmss'Z'}");
        state.OpenSince = end;
        state.Calm = 0;
        return MonitorOutput.Of(verdict.Raise() with { Id = state.Open, Fingerprint = verdict.Fingerprint, RaisedAt = end });
    }

    private MonitorOutput? StepOpen(AlertState state, Verdict verdict)
    {
        state.Calm = verdict.Judgement == Judgement.Calm ? state.Calm + 1 : 0;
        if (state.Calm >= verdict.Policy.ClearAfter)
            return Resolve(state, verdict, verdict.Resolve());
        if (verdict.Adopt is null || verdict.Window.End - state.OpenSince < options.AdoptAfter)
            return null;
        verdict.Adopt();
        var resolution = verdict.Resolve();
        return Resolve(state, verdict, resolution with
        {
            Message = $"It has held for {Words.Duration(options.AdoptAfter)} and counts as the new normal from now on.",
        });
    }

    private MonitorOutput Resolve(AlertState state, Verdict verdict, Resolution resolution)
    {
        var resolved = Resolved(state, verdict.Fingerprint, verdict.Window.End, resolution);
        (state.Open, state.Calm, state.Breaches, state.Cooldown) = (null, 0, 0, options.CooldownWindows);
        return resolved;
    }

    private static MonitorOutput Resolved(
        AlertState state,
        string fingerprint,
        DateTimeOffset at,
        Resolution resolution) => MonitorOutput.Of(new AlertResolved
        {
            Id = state.Open!,
            Fingerprint = fingerprint,
            Kind = state.Kind,
            Series = state.Series,
            ResolvedAt = at,
            Value = resolution.Value,
            Baseline = resolution.Baseline,
            Message = resolution.Message,
        });
}
