using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>Promotes a version of the registry at the request of a person.</summary>
public sealed class ModelPromoter(IEventLog log, ModelDirectory directory, TimeProvider time)
{
    /// <summary>Verifies the package and appends the promotion, together with its audit record.</summary>
    /// <param name="actor">The person or program that requests the promotion, for the audit log.</param>
    /// <exception cref="StreamBert.Model.ModelPackageException">The package is missing or damaged.</exception>
    /// <returns>The event that was appended, or null if that version serves already.</returns>
    public async Task<ModelPromoted?> PromoteAsync(
        string model, string version, string by, string actor, CancellationToken cancellation)
    {
        var history = await ModelHistory.ReadAsync(log, model, cancellation);
        var serving = history.Served.Count > 0 ? history.Served[^1].Version : null;
        if (serving == version)
            return null;
        var promoted = CreatePromotion(model, version, by, serving ?? directory.FindShippedManifest(model)?.Version);
        await log.AppendAsync(CreateRecords(history, promoted, actor), cancellation, atomic: true);
        return promoted;
    }

    /// <summary>Returns the records of a promotion: the profile of the version if it is new, the event, its audit entry.</summary>
    internal IReadOnlyList<NewRecord> CreateRecords(ModelHistory history, ModelPromoted promoted, string actor) =>
    [
        .. CreateProfile(history, promoted),
        EventRecord.Create(Topics.Models, promoted.Model, promoted, promoted.PromotedAt), ModelAudit.OfPromotion(promoted, actor),
    ];

    /// <summary>Verifies the package of a version and returns its promotion.</summary>
    /// <exception cref="StreamBert.Model.ModelPackageException">The package is missing or damaged.</exception>
    internal ModelPromoted CreatePromotion(string model, string version, string by, string? previous)
    {
        var package = PackageOf(model, version);
        ModelPackage.Verify(package);
        var manifest = ModelPackage.ReadManifest(package);
        return new()
        {
            Model = model,
            Version = version,
            Previous = previous,
            Directory = ModelDirectory.NameOf(model, version),
            Sha256 = ModelPackage.HashWeights(package),
            Fingerprint = ModelPackage.ComputeFingerprint(package),
            Checksums = ModelPackage.HashChecksumFile(package),
            PromotedAt = time.GetUtcNow(),
            By = by,
            Reports = manifest.Reports,
            Labels = manifest.LabelsByHead,
        };
    }

    /// <summary>Returns the record that publishes the profile of the version, unless it is published.</summary>
    internal IReadOnlyList<NewRecord> CreateProfile(ModelHistory history, ModelPromoted promoted) =>
        history.Profiled.Contains(promoted.Version) ? []
        : ModelProfileRecords.Of(PackageOf(promoted.Model, promoted.Version), promoted.Model, promoted.Version, promoted.PromotedAt);

    private string PackageOf(string model, string version) => directory.Resolve(ModelDirectory.NameOf(model, version));
}
