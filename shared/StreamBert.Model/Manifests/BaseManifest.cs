namespace StreamBert.Model.Manifests;

/// <summary>The base package of an adapter, in <c>streambert.json</c>.</summary>
public sealed record BaseManifest
{
    /// <summary>
    /// The name of its directory: beside the package, or among the models that StreamBert is installed with.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of its weights, as <c>ModelPackage.HashWeights</c> returns it.</summary>
    public required string Sha256 { get; init; }
}
