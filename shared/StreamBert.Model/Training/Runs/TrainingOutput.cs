namespace StreamBert.Model.Training.Runs;

/// <summary>
/// The output directory of a run. It appears only when its package is complete; until then the run works in a directory beside it.
/// </summary>
public sealed class TrainingOutput
{
    private const string Suffix = ".training", PackageSuffix = ".package";
    private readonly string _directory;

    /// <summary>Examines the output directory and that of an interrupted run.</summary>
    /// <param name="directory">The output directory.</param>
    /// <param name="resume">Whether an interrupted run is to be continued.</param>
    /// <exception cref="ModelPackageException">
    /// The directory has content, an interrupted run is not to be continued, or there is none to continue.
    /// </exception>
    public TrainingOutput(string directory, bool resume)
    {
        _directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        WorkDirectory = _directory + Suffix;
        if (File.Exists(_directory) || (Directory.Exists(_directory) && Directory.EnumerateFileSystemEntries(_directory).Any()))
            throw new ModelPackageException($"{directory} exists already; give a new directory.");
        if (!resume && Directory.Exists(WorkDirectory))
        {
            throw new ModelPackageException(
                $"{WorkDirectory} contains an interrupted run; continue it with --resume, or delete this directory to start again.");
        }
        if (!resume && Directory.Exists(PackageDirectory))
            throw new ModelPackageException($"{PackageDirectory} exists already, where the package is prepared; move or delete it.");
        if (resume && !Directory.Exists(WorkDirectory))
            throw new ModelPackageException($"There is no interrupted run to resume: {WorkDirectory} does not exist.");
    }

    /// <summary>Determines whether a run into an output directory was interrupted.</summary>
    /// <param name="directory">The output directory.</param>
    public static bool IsInterrupted(string directory) =>
        Directory.Exists(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Suffix);

    /// <summary>The name of the output directory.</summary>
    public string Name => Path.GetFileName(_directory);

    /// <summary>The directory in which the run works; it is deleted when the package is complete.</summary>
    public string WorkDirectory { get; }

    /// <summary>
    /// The directory in which the package is prepared. It is beside the output directory, so that an adapter refers to its base package as
    /// it will from there.
    /// </summary>
    public string PackageDirectory => _directory + PackageSuffix;

    /// <summary>Creates the work directory: from now on a run that is killed can be resumed.</summary>
    public void Begin() => Directory.CreateDirectory(WorkDirectory);

    /// <summary>Moves the package to the output directory, and deletes the work directory.</summary>
    public void Complete()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory); // it is empty
        Directory.Move(PackageDirectory, _directory);
        Directory.Delete(WorkDirectory, recursive: true);
    }
}
