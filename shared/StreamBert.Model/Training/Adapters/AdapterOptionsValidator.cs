using StreamBert.Model.Adapters;

namespace StreamBert.Model.Training.Adapters;

/// <summary>Validates the options of parameter-efficient fine-tuning.</summary>
internal static class AdapterOptionsValidator
{
    private const int MaxRank = 512, MaxBottleneckSize = 4096;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static void Validate(AdapterOptions options)
    {
        if (FindFault(options) is { } fault) throw new ArgumentException($"{char.ToUpperInvariant(fault[0])}{fault[1..]}.");
    }

    /// <summary>Describes the first option that is out of range, without a full stop; null if there is none.</summary>
    public static string? FindFault(AdapterOptions options) => options switch
    {
        _ when !AdapterMethod.All.Contains(options.Method) =>
            $"there is no method '{options.Method}'; there are {string.Join(", ", AdapterMethod.All)}",
        { BottleneckSize: < 1 or > MaxBottleneckSize } => $"the size of bottlenecks must be 1 to {MaxBottleneckSize}",
        _ => FindFaultOfUpdates(options) ?? FindFaultOfAllocation(options),
    };

    private static string? FindFaultOfUpdates(AdapterOptions options) => options switch
    {
        { Rank: < 1 or > MaxRank } => $"the rank must be 1 to {MaxRank}, not {options.Rank}",
        _ when !(options.Alpha > 0 && double.IsFinite(options.Alpha)) => "alpha must be positive",
        { Dropout: not (>= 0 and < 1) } => "the dropout probability must be at least 0 and below 1",
        { Targets.Count: 0 } => "there are no targets",
        _ => options.Targets.FirstOrDefault(static target => !AdapterTarget.All.Contains(target)) is { } unknown
            ? $"there is no target '{unknown}'; there are {string.Join(", ", AdapterTarget.All)}" : null,
    };

    private static string? FindFaultOfAllocation(AdapterOptions options) => options switch
    {
        _ when options.InitialRank < options.Rank || options.InitialRank > MaxRank =>
            $"the initial rank must be {options.Rank} (the rank) to {MaxRank}, not {options.InitialRank}",
        _ when !(options is { WarmUpFraction: >= 0, FinalFraction: >= 0 } && options.WarmUpFraction + options.FinalFraction < 1) =>
            "the warm-up and the final part of AdaLoRA must leave steps between them",
        { AllocationInterval: < 1 } => "the interval of the allocation must be at least one step",
        { OrthogonalityWeight: not >= 0 } => "the weight of the orthogonality must not be negative",
        _ => null,
    };
}
