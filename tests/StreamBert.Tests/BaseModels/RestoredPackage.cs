using System.Reflection;
using StreamBert.BaseModels;

namespace StreamBert.Tests.BaseModels;

/// <summary>Finds the assembly of a NuGet package that the build downloaded for the model in it.</summary>
internal static class RestoredPackage
{
    public static string FindAssembly(PretrainedModel model)
    {
        var (root, version) = (GetMetadata("NuGetPackageRoot"), GetMetadata("SentenceTransformersVersion"));
        return Path.Combine(root, model.Package.ToLowerInvariant(), version, "lib", "netstandard2.1", $"{model.Package}.dll");
    }

    private static string GetMetadata(string key) => typeof(RestoredPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
