using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Describes a version in the output of <c>models list</c>.</summary>
/// <param name="Location">Where it is: in the directory of this machine, in the model store, or in both.</param>
/// <param name="Fault">Why the package is invalid, or null.</param>
internal sealed record ListedModel(
    string Model,
    string Version,
    string? Architecture,
    IReadOnlyList<string> Heads,
    long? Parameters,
    long? Bytes,
    string? Sha256,
    string Location,
    string? Fault)
{
    private const string Directory = "directory", Store = "store";

    /// <summary>Describes a version by its package; one that only the store has is not downloaded.</summary>
    public static ListedModel Read(ModelRegistry registry, RegisteredVersion registered)
    {
        var (model, version) = (registered.Model, registered.Version);
        if (!registered.IsLocal)
            return new(model, version, null, [], null, registered.Stored?.Bytes, null, Store, null);
        var location = registered.Stored is null ? Directory : $"{Directory}, {Store}";
        try
        {
            var package = registry.Packages.Resolve(ModelDirectory.NameOf(model, version));
            var info = PackageInfo.Read(package);
            ModelPackage.Verify(package);
            string[] heads = [.. info.Heads.Select(static head => head.Name)];
            return new(model, version, info.Architecture, heads, info.ParameterCount, info.SizeBytes, info.Sha256, location, null);
        }
        catch (ModelPackageException e)
        {
            return new(model, version, null, [], null, null, null, location, e.Message);
        }
    }
}
