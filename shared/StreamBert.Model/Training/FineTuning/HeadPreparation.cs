using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Prepares the heads of a new package. The training of a head continues if the base package has one of its name with the same labels. The
/// other heads are kept if the encoder is frozen; otherwise it changes, and they are removed.
/// </summary>
internal static class HeadPreparation
{
    /// <summary>Creates the network to train.</summary>
    /// <param name="package">The base package, whose parameters the network takes over.</param>
    public static MultiTaskNetwork CreateNetwork(ModelPackage package, IReadOnlyList<HeadTexts> heads, FineTuneOptions options)
    {
        using var generator = new Generator((ulong)options.Seed, CPU);
        var (parameters, config) = (package.Network.Parameters, package.Network.Config);
        var others = package.Manifest.Heads.Where(other => heads.All(head => head.Head != other.Name)).ToList();
        if (!options.FreezeEncoder)
        {
            foreach (var other in others) parameters.RemoveHead(other.Name);
            others = [];
        }
        var trained = heads.Select(head => Prepare(package, head)).ToList();
        foreach (var head in trained) ParameterInitializer.AddHead(parameters, config, head, generator);
        return new MultiTaskNetwork(config, [.. others, .. trained], parameters);
    }

    private static HeadManifest Prepare(ModelPackage package, HeadTexts texts)
    {
        var existing = package.Manifest.Heads.FirstOrDefault(head => head.Name == texts.Head);
        if (existing?.Task == HeadTask.SingleLabel && existing.Labels.ToHashSet(StringComparer.Ordinal).SetEquals(texts.Labels))
            return existing with { Temperature = 1 };
        if (existing is not null) package.Network.Parameters.RemoveHead(existing.Name);
        return new HeadManifest { Name = texts.Head, Labels = texts.Labels };
    }
}
