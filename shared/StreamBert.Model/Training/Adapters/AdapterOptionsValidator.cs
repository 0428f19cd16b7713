using StreamBert.Model.Adapters;

namespace StreamBert.Model.Training.Adapters;

/// <summary>Validates the options of parameter-efficient fine-tuning.</summary>
internal static class AdapterOptionsValidator
{
    private const int MaxRank = 512, MaxBottleneckSize = 4096;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static void Validate(AdapterOptions options)
    {
        Require(
            AdapterMethod.All.Contains(options.Method),
            $"There is no method '{options.Method}'; there are {string.Join(", ", AdapterMethod.All)}.");
        ValidateUpdates(options);
        ValidateAllocation(options);
        Require(options.BottleneckSize is >= 1 and <= MaxBottleneckSize, $"The size of bottlenecks must be 1 to {MaxBottleneckSize}.");
    }

    private static void ValidateUpdates(AdapterOptions options)
    {
        Require(options.Rank is >= 1 and <= MaxRank, $"The rank must be 1 to {MaxRank}, not {options.Rank}.");
        Require(options.Alpha > 0 && double.IsFinite(options.Alpha), "Alpha must be positive.");
        Require(options.Dropout is >= 0 and < 1, "The dropout probability must be at least 0 and below 1.");
        Require(options.Targets.Count > 0, "There are no targets.");
        var unknown = options.Targets.FirstOrDefault(static target => !AdapterTarget.All.Contains(target));
        Require(unknown is null, $"There is no target '{unknown}'; there are {string.Join(", ", AdapterTarget.All)}.");
    }

    private static void ValidateAllocation(AdapterOptions options)
    {
        Require(
            options.InitialRank is null || (options.InitialRank >= options.Rank && options.InitialRank <= MaxRank),
            $"The initial rank must be {options.Rank} (the rank) to {MaxRank}, not {options.InitialRank}.");
        Require(
            options is { WarmUpFraction: >= 0, FinalFraction: >= 0 } && options.WarmUpFraction + options.FinalFraction < 1,
            "The warm-up and the final part of AdaLoRA must leave steps between them.");
        Require(options.AllocationInterval >= 1, "The interval of the allocation must be at least one step.");
        Require(options.OrthogonalityWeight >= 0, "The weight of the orthogonality must not be negative.");
    }

    private static void Require(bool isValid, string reason)
    {
        if (!isValid) throw new ArgumentException(reason);
    }
}
