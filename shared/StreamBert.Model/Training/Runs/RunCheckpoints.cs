using System.Globalization;
using StreamBert.Model.Manifests;
using StreamBert.Model.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Runs;

/// <summary>
/// The checkpoints of a run in its directory: the newest state, from which an interrupted run continues, and the weights of the best epoch.
/// Both are written under another name first, so that a kill at any time leaves a complete checkpoint.
/// </summary>
/// <param name="directory">The directory of the run.</param>
/// <param name="fingerprint">What the run depends on.</param>
/// <param name="interval">The time between two checkpoints.</param>
internal sealed class RunCheckpoints(string directory, RunFingerprint fingerprint, TimeSpan interval, TimeProvider time)
{
    private const string Prefix = "checkpoint-", Temporary = "checkpoint.tmp", StateFile = "state.json", TensorFile = "state.safetensors";
    private const string BestFile = "best.safetensors";
    private long _savedAt = time.GetTimestamp();

    /// <summary>What the run depends on.</summary>
    public RunFingerprint Fingerprint => fingerprint;

    /// <summary>Whether the interval has passed since the last checkpoint.</summary>
    public bool IsDue => time.GetElapsedTime(_savedAt) >= interval;

    /// <summary>Writes a checkpoint, then deletes the older ones.</summary>
    public void Save(RunState state, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        var (temporary, target) = (Path.Combine(directory, Temporary), Path.Combine(directory, CreateName(state)));
        if (Directory.Exists(target)) return; // a state is determined by its steps and epochs
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        SafeTensorsWriter.Write(Path.Combine(temporary, TensorFile), [.. tensors], isHalf: false);
        PackageJson.Write(Path.Combine(temporary, StateFile), state);
        var older = ListDirectories();
        Directory.Move(temporary, target);
        foreach (var (_, path) in older) Directory.Delete(path, recursive: true);
        _savedAt = time.GetTimestamp();
    }

    /// <summary>Reads the newest checkpoint; the caller disposes its tensors.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="ModelPackageException">The checkpoint is damaged, or belongs to a run with other data or options.</exception>
    public (RunState State, IReadOnlyDictionary<string, Tensor> Tensors)? Load()
    {
        if (ListDirectories().LastOrDefault().Path is not { } newest) return null;
        var state = PackageJson.Read<RunState>(Path.Combine(newest, StateFile));
        if (state.Fingerprint != fingerprint)
        {
            throw new ModelPackageException($"{directory}: the {state.Fingerprint.DescribeDifferences(fingerprint)} of the interrupted run "
                + "were others; give the same, or delete this directory to start again.");
        }
        return (state, ReadTensors(Path.Combine(newest, TensorFile)));
    }

    /// <summary>Stores the weights of the best epoch so far.</summary>
    public void SaveBest(IEnumerable<(string Name, Tensor Value)> weights)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, BestFile);
        SafeTensorsWriter.Write(path + ".tmp", [.. weights], isHalf: false);
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>Reads the weights of the best epoch; the caller disposes them.</summary>
    /// <exception cref="ModelPackageException">The file is missing or damaged.</exception>
    public IReadOnlyDictionary<string, Tensor> LoadBest() => ReadTensors(Path.Combine(directory, BestFile));

    private static Dictionary<string, Tensor> ReadTensors(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        using var scope = NewDisposeScope();
        return file.Names.ToDictionary(
            static name => name, name => file.Read(name).DetachFromDisposeScope(), StringComparer.Ordinal);
    }

    private static string CreateName(RunState state) => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{state.Steps:D9}-{state.Epochs.Count:D4}");

    /// <summary>Returns the directories of complete checkpoints, the newest last.</summary>
    private List<(string Name, string Path)> ListDirectories() => !Directory.Exists(directory) ? []
        : [.. Directory.EnumerateDirectories(directory, Prefix + "*").Select(static path => (Path.GetFileName(path), path))
            .OrderBy(static item => item.Item1, StringComparer.Ordinal)];
}
