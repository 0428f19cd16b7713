using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Alerts;

/// <summary>
/// The alerts of one pipeline: inactive → pending → firing → resolved, with at most one open alert per fingerprint. Raising and clearing
/// take several consecutive windows (hysteresis), and a resolved alert is suppressed for some windows, so that no alert flaps.
/// </summary>
/// <param name="options">The times and limits.</param>
/// <param name="states">The state: fingerprint → alert.</param>
/// <param name="revisableWindows">The number of closed windows that late texts can revise.</param>
internal sealed class AlertStateMachine(AlertOptions options, Dictionary<string, AlertState> states, int revisableWindows)
{
    /// <summary>The number of windows after which a firing alert is first updated.</summary>
    private const int FirstUpdate = 5;

    /// <summary>Returns the alerts that are pending or firing now.</summary>
    public ActiveAlerts Active() => new(
        states.Where(static state => state.Value.IsActive).Select(static state => state.Key).ToHashSet(),
        states.Values.Where(static state => state.IsActive).Select(static state => state.Kind).ToHashSet());

    /// <summary>Applies the assessment of a closed window.</summary>
    /// <returns>The change of the alert; null if it does not fire or resolve.</returns>
    public Transition? Apply(Assessment assessment)
    {
        if (StateOf(assessment) is not { } state)
            return null;
        state.UnassessedWindows = 0;
        RecordBreach(state, assessment);
        var transition = state.FiringId is { } id ? ApplyToFiring(state, id, assessment) : ApplyToInactive(state, assessment);
        if (state.IsInitial)
            states.Remove(assessment.Rule.Fingerprint);
        return transition;
    }

    /// <summary>
    /// Applies the new assessment of a window that late texts have revised. The alert fires if enough consecutive windows are breached
    /// now; a firing alert continues until later windows are normal.
    /// </summary>
    /// <param name="assessment">The new assessment.</param>
    /// <param name="latest">The end of the last closed window.</param>
    /// <returns>The change of the alert; null if it does not fire.</returns>
    public Transition? ApplyRevision(Assessment assessment, DateTimeOffset latest)
    {
        if (StateOf(assessment) is not { } state)
            return null;
        var (end, length, isBreach) = (assessment.Window.End, LengthOf(assessment.Window), assessment.Condition == Condition.Breach);
        state.BreachedWindows.Remove(end);
        if (isBreach)
            state.BreachedWindows.Add(end);
        state.ConsecutiveBreaches = state.BreachesBefore(latest + length, length);
        if (state.FiringId is not null && assessment.Condition != Condition.Normal)
            state.ConsecutiveNormal = Math.Min(state.ConsecutiveNormal, (int)((latest - end) / length));
        var breaches = state.BreachesBefore(end + length, length) + state.BreachesAfter(end, length);
        var canFire = state is { FiringId: null, CooldownWindows: 0 } && end > state.FiringSince;
        return isBreach && canFire && breaches >= assessment.Rule.Policy.RaiseAfter ? Fire(state, assessment) : null;
    }

    /// <summary>
    /// Updates a firing alert whose condition still holds: when it becomes critical, and when it has lasted for 5, 10, 20, … windows, so
    /// that its record shows how far it has gone, with few updates.
    /// </summary>
    /// <returns>The update; null if none is due.</returns>
    public Transition.Updated? Update(Assessment assessment)
    {
        if (!states.TryGetValue(assessment.Rule.Fingerprint, out var state) || state.FiringId is not { } id)
            return null;
        var (end, isCritical) = (assessment.Window.End, assessment.Evidence.IsCritical);
        var isDue = end >= state.NextUpdate || (isCritical && !state.IsCritical);
        if (assessment.Condition != Condition.Breach || end <= state.FiringSince || !isDue)
            return null;
        if (end >= state.NextUpdate)
            state.NextUpdate = end + (end - state.FiringSince);
        state.IsCritical = isCritical;
        return new(IdentityOf(id, assessment), assessment, state.FiringSince);
    }

    /// <summary>Ends a window: discards alerts that have not been assessed for too long, and resolves those of them that fire.</summary>
    public IReadOnlyList<Transition> ExpireUnassessed(TimeWindow window)
    {
        List<Transition> expired = [];
        foreach (var (fingerprint, state) in states.OrderedByKey().ToList())
        {
            if (state.UnassessedWindows++ < options.ExpireAfterWindows)
                continue;
            states.Remove(fingerprint);
            if (state.FiringId is { } id)
                expired.Add(new Transition.Expired(new(id, fingerprint, state.Kind, state.Series), window.End));
        }
        return expired;
    }

    /// <summary>Returns the state of the alert, and adds it at the first breach; null if there is none.</summary>
    private AlertState? StateOf(Assessment assessment)
    {
        var rule = assessment.Rule;
        if (states.TryGetValue(rule.Fingerprint, out var state) || assessment.Condition != Condition.Breach)
            return state;
        return states[rule.Fingerprint] = new() { Kind = rule.Kind, Series = rule.Series };
    }

    private void RecordBreach(AlertState state, Assessment assessment)
    {
        var (end, kept) = (assessment.Window.End, revisableWindows + assessment.Rule.Policy.RaiseAfter);
        state.BreachedWindows.RemoveAll(breached => breached <= end - kept * LengthOf(assessment.Window));
        if (assessment.Condition == Condition.Breach)
            state.BreachedWindows.Add(end);
    }

    private static Transition? ApplyToInactive(AlertState state, Assessment assessment)
    {
        state.ConsecutiveBreaches = assessment.Condition == Condition.Breach ? state.ConsecutiveBreaches + 1 : 0;
        if (state.CooldownWindows > 0)
        {
            state.CooldownWindows--;
            return null;
        }
        return state.ConsecutiveBreaches >= assessment.Rule.Policy.RaiseAfter ? Fire(state, assessment) : null;
    }

    private static Transition.Raised Fire(AlertState state, Assessment assessment)
    {
        var end = assessment.Window.End;
        var id = string.Create(CultureInfo.InvariantCulture, $"{assessment.Rule.Fingerprint}@{end:yyyyMMdd'T'HHmmss'Z'}");
        (state.FiringId, state.FiringSince, state.ConsecutiveNormal) = (id, end, 0);
        (state.IsCritical, state.NextUpdate) = (assessment.Evidence.IsCritical, end + FirstUpdate * LengthOf(assessment.Window));
        return new(IdentityOf(id, assessment), assessment);
    }

    private Transition? ApplyToFiring(AlertState state, string id, Assessment assessment)
    {
        state.ConsecutiveNormal = assessment.Condition == Condition.Normal ? state.ConsecutiveNormal + 1 : 0;
        if (state.ConsecutiveNormal >= assessment.Rule.Policy.ClearAfter)
        {
            Resolve(state);
            return new Transition.Cleared(IdentityOf(id, assessment), assessment);
        }
        if (!assessment.Rule.IsAdoptable || assessment.Window.End - state.FiringSince < options.AdoptAfter)
            return null;
        Resolve(state);
        return new Transition.Adopted(IdentityOf(id, assessment), assessment, options.AdoptAfter);
    }

    private static AlertIdentity IdentityOf(string id, Assessment assessment) =>
        new(id, assessment.Rule.Fingerprint, assessment.Rule.Kind, assessment.Rule.Series);

    private void Resolve(AlertState state) =>
        (state.FiringId, state.ConsecutiveNormal, state.ConsecutiveBreaches, state.CooldownWindows) = (null, 0, 0, options.CooldownWindows);

    private static TimeSpan LengthOf(TimeWindow window) => window.End - window.Start;
}
