using StreamBert.Contracts;

namespace StreamBert.Inference.Serving;

/// <summary>The version of a model that the topic <c>models</c> names as the one to serve.</summary>
/// <param name="Sha256">The SHA-256 of <c>model.safetensors</c>; null where the event does not contain it.</param>
/// <param name="Fingerprint">The hash of everything that changes a prediction; null where the event does not contain it.</param>
/// <param name="Checksums">The SHA-256 of the package's list of checksums; null where the event does not contain it.</param>
internal sealed record ModelTarget(
    string Model, string Version, string Directory, string? Sha256, string? Fingerprint = null, string? Checksums = null)
{
    /// <summary>Returns the target that a promotion or a rollback sets; null for every other event.</summary>
    public static ModelTarget? FromEvent(object? modelEvent) => modelEvent switch
    {
        ModelPromoted promoted => new(
            promoted.Model, promoted.Version, promoted.Directory, promoted.Sha256, promoted.Fingerprint, promoted.Checksums),
        ModelRolledBack rollback => new(rollback.Model, rollback.To, rollback.Directory, null),
        _ => null,
    };
}
