using StreamBert.Model.Checkpoints;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;
using static TorchSharp.torch;

namespace StreamBert.Model.Adapters.Peft;

/// <summary>
/// The tensors of <c>adapter_model.safetensors</c> by the names of the network's parameters. The file has the names of a checkpoint, with
/// PEFT's prefix.
/// </summary>
internal sealed class AdapterTensors : IDisposable
{
    public const string FileName = "adapter_model.safetensors";
    public const string Prefix = "base_model.model.";
    private const int MaxListedNames = 3;
    private readonly SafeTensorsFile _file;
    private readonly EncoderConfig _config;
    private readonly string _path;
    private readonly HashSet<string> _unread;

    private AdapterTensors(string path, EncoderConfig config)
    {
        (_path, _config) = (path, config);
        _file = SafeTensorsFile.Open(path);
        _unread = [.. _file.Names];
    }

    /// <summary>The number of values in the file.</summary>
    public long ParameterCount => _file.ParameterCount;

    /// <exception cref="ModelPackageException">The file is missing or invalid.</exception>
    public static AdapterTensors Open(string directory, EncoderConfig config) => new(Path.Combine(directory, FileName), config);

    /// <summary>Returns the name of a module in a checkpoint, as <c>target_modules</c> and patterns state it.</summary>
    public static string GetModule(string name, EncoderConfig config) =>
        CheckpointTensorNames.ToCheckpointName(name + ".", config).TrimEnd('.');

    /// <summary>Returns the name in the file of a parameter.</summary>
    /// <param name="isOnlyHead">Whether the parameter belongs to the only head, which checkpoints have under a name of its own.</param>
    public static string GetStoredName(string name, EncoderConfig config, bool isOnlyHead = false) => Prefix
        + (isOnlyHead ? CheckpointTensorNames.ToPlainHead(name, config) : CheckpointTensorNames.ToCheckpointName(name, config));

    public bool Contains(string name) => Find(name) is not null;

    /// <summary>Reads a parameter as float32. The caller disposes it.</summary>
    /// <exception cref="ModelPackageException">The parameter is missing or has another shape.</exception>
    public Tensor Read(string name, params long[] expected)
    {
        var stored = Find(name) ?? GetStoredName(name, _config);
        var value = _file.Read(stored, expected);
        if (_unread.Remove(stored)) return value;
        value.Dispose();
        throw Error($"has one tensor {SafeTensorsHeader.Quote(stored)} for several heads");
    }

    /// <summary>Leaves out a parameter that another adapter replaces, or whose head is not loaded.</summary>
    public void Skip(string name)
    {
        if (Find(name) is { } stored) _unread.Remove(stored);
    }

    /// <summary>Requires that every tensor of the file was read or left out: none is ignored silently.</summary>
    /// <exception cref="ModelPackageException">A tensor belongs to no parameter of the network.</exception>
    public void RequireAllRead()
    {
        if (_unread.Count == 0) return;
        var names = _unread.Order(StringComparer.Ordinal).Take(MaxListedNames).Select(SafeTensorsHeader.Quote);
        throw Error($"has {_unread.Count} tensors that belong to no layer or head of the base model: {string.Join(", ", names)}");
    }

    public ModelPackageException Error(string problem) => new($"{_path} {problem}.");

    public void Dispose() => _file.Dispose();

    private string? Find(string name) =>
        CheckpointTensorNames.GetCandidates(name, _config).Select(static candidate => Prefix + candidate).FirstOrDefault(_file.Contains);
}
