namespace StreamBert.Chaos.Plan;

/// <summary>One fault of a plan.</summary>
/// <param name="Delay">The time since an instance became ready; for <see cref="FaultKind.KillDuringStart"/>, since its start.</param>
public readonly record struct Fault(FaultKind Kind, TimeSpan Delay, TimeSpan Duration);
