using System.Text.Json;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.SafeTensors;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.SafeTensors;

/// <summary>Splits the weights of a package into shards, like large checkpoints on the hub.</summary>
internal static class Shards
{
    public static void Split(string directory, int count)
    {
        using var scope = NewDisposeScope();
        var map = new Dictionary<string, string>();
        using (var file = SafeTensorsFile.Open(Path.Combine(directory, "model.safetensors")))
        {
            foreach (var (shard, names) in file.Names.Order(StringComparer.Ordinal).Index().GroupBy(
                name => name.Index % count,
                static name => name.Item).Select(group => ($"model-{group.Key + 1:D5}-of-{count:D5}.safetensors", group.ToList())))
            {
                SafeTensorsWriter.Write(Path.Combine(directory, shard), [.. names.Select(name => (name, file.Read(name)))], isHalf: false);
                names.ForEach(name => map.Add(name, shard));
            }
        }

        File.Delete(Path.Combine(directory, "model.safetensors"));
        File.WriteAllText(Path.Combine(directory, "model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = map }));
        var manifest = Path.Combine(directory, "streambert.json");
        PackageJson.Write(manifest, PackageJson.Read<PackageManifest>(manifest) with { Sha256 = ModelPackage.HashWeights(directory) });
        PackageChecksums.Write(directory);
    }
}
