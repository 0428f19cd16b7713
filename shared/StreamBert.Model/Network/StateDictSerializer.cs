using StreamBert.Model.Checkpoints;
using StreamBert.Model.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>
/// Loads the parameters of a network from a checkpoint, and converts them back. A checkpoint holds query, key and value separately.
/// </summary>
internal static class StateDictSerializer
{
    private const string Fused = ".qkv.";
    private static readonly string[] FusedParts = ["query", "key", "value"];

    /// <summary>Loads parameters.</summary>
    /// <param name="shapes">Their names and shapes.</param>
    /// <exception cref="ModelPackageException">A tensor is missing or has another shape.</exception>
    public static StateDict Load(CheckpointTensors checkpoint, EncoderConfig config, IEnumerable<(string Name, long[] Shape)> shapes)
    {
        var parameters = new StateDict();
        try
        {
            foreach (var (name, shape) in shapes) parameters.Add(name, LoadParameter(checkpoint, config, name, shape));
            return parameters;
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>Returns the tensors, without those of adapters, under their names in a checkpoint.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> ToCheckpoint(StateDict parameters, EncoderConfig config)
    {
        var tensors = new List<(string, Tensor)>();
        foreach (var (name, value) in parameters.Tensors.Where(static parameter => !ParameterShapes.IsAdapter(parameter.Key)))
        {
            if (IsFused(name))
            {
                using var detached = value.detach(); // the garbage collector might free it while it is split
                tensors.AddRange(FusedParts.Zip(detached.chunk(3), (part, slice) =>
                    (CheckpointTensorNames.ToCheckpointName(GetPartName(name, part), config), slice)));
            }
            else
            {
                tensors.Add((CheckpointTensorNames.ToCheckpointName(name, config), value));
            }
        }

        return tensors;
    }

    private static bool IsFused(string name) => name.Contains(Fused, StringComparison.Ordinal);

    private static string GetPartName(string name, string part) => name.Replace(Fused, $".{part}.", StringComparison.Ordinal);

    private static Tensor LoadParameter(CheckpointTensors checkpoint, EncoderConfig config, string name, long[] shape)
    {
        if (!IsFused(name)) return checkpoint.Read(FindName(checkpoint, config, name), shape);
        long[] partShape = [shape[0] / FusedParts.Length, .. shape[1..]];
        using var scope = NewDisposeScope();
        var parts = FusedParts.Select(part => checkpoint.Read(FindName(checkpoint, config, GetPartName(name, part)), partShape)).ToArray();
        return cat(parts).DetachFromDisposeScope();
    }

    /// <summary>Returns the first candidate that the checkpoint contains, or the preferred name if it contains none.</summary>
    private static string FindName(CheckpointTensors checkpoint, EncoderConfig config, string name)
    {
        var candidates = CheckpointTensorNames.GetCandidates(name, config).ToList();
        return candidates.Find(checkpoint.Contains) ?? candidates[0];
    }
}
