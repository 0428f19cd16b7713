using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>Makes a version of the registry serve because a person says so.</summary>
public sealed class Promotion(IEventLog log, ModelDirectory directory, TimeProvider time)
{
    /// <param name="actor">Who says so, for the audit log, which is written in the same step.</param>
    /// <exception cref="StreamBert.Model.ModelPackageException">The package is damaged or none.</exception>
    /// <returns>The event that was appended, or null if that version serves already.</returns>
    public async Task<ModelPromoted?> MakeAsync(string model, string version, string by, string actor, CancellationToken cancellation)
    {
        var history = await ModelHistory.ReadAsync(log, model, cancellation);
        var previous = history.Served.Count > 0 ? history.Served[^1].Version : directory.ShippedManifest(model)?.Version;
        if (history.Served.Count > 0 && previous == version)
            return null;
        var package = directory.Resolve(ModelDirectory.NameOf(model, version));
        ModelPackage.Verify(package);
        var manifest = ModelPackage.ReadManifest(package);
        var promoted = new ModelPromoted
        {
            Model = model,
            Version = version,
            Previous = previous,
            Directory = ModelDirectory.NameOf(model, version),
            Sha256 = ModelPackage.Sha256(package),
            Fingerprint = ModelPackage.Fingerprint(package),
            Checksums = ModelPackage.Checksums(package),
            PromotedAt = time.GetUtcNow(),
            By = by,
            Reports = manifest.Reports,
            Labels = manifest.LabelsByHead,
        };
        await log.AppendAsync(
            [Records.Of(Topics.Models, model, promoted, promoted.PromotedAt), Records.Audit(promoted, actor)],
            cancellation,
            atomic: true);
        return promoted;
    }
}
