using StreamBert.Model;
using StreamBert.Model.Packages;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Describes a version in the output of <c>models list</c>.</summary>
/// <param name="Fault">Why the package is invalid, or null.</param>
internal sealed record ListedModel(
    string Model,
    string Version,
    string? Architecture,
    IReadOnlyList<string> Heads,
    long? Parameters,
    long? Bytes,
    string? Sha256,
    string? Fault)
{
    public static ListedModel Read(ModelDirectory registry, string model, string version)
    {
        try
        {
            var package = registry.Resolve(ModelDirectory.NameOf(model, version));
            var info = PackageInfo.Read(package);
            ModelPackage.Verify(package);
            string[] heads = [.. info.Heads.Select(static head => head.Name)];
            return new(model, version, info.Architecture, heads, info.ParameterCount, info.SizeBytes, info.Sha256, null);
        }
        catch (ModelPackageException e)
        {
            return new(model, version, null, [], null, null, null, e.Message);
        }
    }
}
