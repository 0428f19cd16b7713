using Microsoft.Extensions.Options;

namespace StreamBert.Operations.Projection;

/// <summary>Configures the projection of the log into the state store. Bound from the section <c>Projection</c>.</summary>
public sealed class ProjectionOptions
{
    /// <summary>The configuration section of these options.</summary>
    public const string Section = "Projection";

    /// <summary>The maximum number of events that one transaction on the state store holds, 1 to 100,000; default 1,000.</summary>
    public int BatchSize { get; set; } = 1_000;
}

/// <summary>Rejects a batch size that is out of range.</summary>
internal sealed class ProjectionOptionsValidator : IValidateOptions<ProjectionOptions>
{
    private const int MaxBatchSize = 100_000;

    public ValidateOptionsResult Validate(string? name, ProjectionOptions options) => options.BatchSize is >= 1 and <= MaxBatchSize
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Projection:BatchSize is {options.BatchSize}; it must be between 1 and {MaxBatchSize}.");
}
