using StreamBert.Contracts;

namespace StreamBert.Inference.Serving;

/// <summary>Which version is to serve, as the topic <c>models</c> says.</summary>
/// <param name="Sha256">Of <c>model.safetensors</c>; null where the event does not say.</param>
/// <param name="Fingerprint">Of everything that changes an answer; null where the event does not say.</param>
/// <param name="Checksums">Of the package's list of checksums; null where the event does not say.</param>
public sealed record ModelTarget(
    string Model,
    string Version,
    string Directory,
    string? Sha256,
    string? Fingerprint = null,
    string? Checksums = null)
{
    /// <summary>The target a promotion or a roll-back sets; null for every other event.</summary>
    public static ModelTarget? Of(object? read) => read switch
    {
        ModelPromoted promoted => new(
            promoted.Model,
            promoted.Version,
            promoted.Directory,
            promoted.Sha256,
            promoted.Fingerprint,
            promoted.Checksums),
        ModelRolledBack back => new(back.Model, back.To, back.Directory, null),
        _ => null,
    };
}
