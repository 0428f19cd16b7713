using System.Runtime.Versioning;
using System.Security.Cryptography;
using CsCheck;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Settings;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Privacy;

public sealed class SubjectKeysTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_opens_its_seal_only_for_the_same_text()
    {
        var key = new SubjectKey(Guid.NewGuid(), RandomNumberGenerator.GetBytes(32));
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 20]).Sample((plain, id) =>
        {
            var sealedBytes = SealCodec.Seal(key, plain, id);
            return SealCodec.KeyIdOf(sealedBytes) == key.Id && SealCodec.Open(key, sealedBytes, id)!.SequenceEqual(plain)
                && SealCodec.Open(key, sealedBytes, [.. id, 1]) is null;
        });
    }

    [Fact]
    public void A_seal_that_was_changed_anywhere_does_not_open()
    {
        var key = new SubjectKey(Guid.NewGuid(), RandomNumberGenerator.GetBytes(32));
        var sealedBytes = SealCodec.Seal(key, "a text"u8, "id"u8);
        Gen.Select(Gen.Int[0, sealedBytes.Length - 1], Gen.Byte[1, 255]).Sample((at, flip) =>
        {
            var changed = sealedBytes.ToArray();
            changed[at] ^= flip;
            return SealCodec.Open(key, changed, "id"u8) is null;
        });
    }

    [Fact]
    public void Processes_that_share_the_directory_have_the_same_keys()
    {
        using var one = TestKeys.In(_folder.Path);
        using var other = TestKeys.In(_folder.Path);
        var key = one.GetOrCreate(["ann"])["ann"];

        Assert.Equal(key.Bytes, other.GetOrCreate(["bob", "ann"])["ann"].Bytes);
        Assert.Equal(one.Digest("ann"), other.Digest("ann"));
        Assert.Equal(key.Bytes, other.Find([key.Id]).Keys[key.Id].Bytes);
    }

    [Fact]
    public void Concurrent_processes_never_create_two_keys_for_a_subject()
    {
        var made = new SubjectKey[4][];
        Parallel.For(0, made.Length, worker =>
        {
            using var keys = TestKeys.In(_folder.Path);
            made[worker] = [.. Enumerable.Range(0, 20).Select(subject => keys.GetOrCreate([$"subject {subject}"]).Values.Single())];
        });

        Assert.All(made, own => Assert.Equal(made[0].Select(static key => key.Id), own.Select(static key => key.Id)));
    }

    [Fact]
    public void An_erased_key_is_in_no_file_any_more_and_its_subject_gets_a_new_one()
    {
        using var keys = TestKeys.In(_folder.Path);
        var subjects = Enumerable.Range(0, 200).Select(static number => $"subject {number}").ToList();
        var all = keys.GetOrCreate(subjects);
        var erased = all["subject 77"];
        Assert.Contains(Files(), file => Holds(file, erased.Bytes));

        Assert.True(keys.Erase("subject 77", Now));

        Assert.DoesNotContain(Files(), file => Holds(file, erased.Bytes));
        Assert.Contains(Files(), file => Holds(file, all["subject 78"].Bytes));
        Assert.Contains(erased.Id, keys.Find([erased.Id]).Erased);
        Assert.Equal([erased.Id], keys.FindErased(keys.Digest("subject 77")).Keys);
        Assert.NotEqual(erased.Id, keys.GetOrCreate(["subject 77"])["subject 77"].Id);
        Assert.False(keys.Erase("nobody", Now));
    }

    [Fact]
    public void An_erasure_of_a_subject_who_has_no_key_any_more_renews_the_time_of_the_last_one()
    {
        using (var keys = TestKeys.In(_folder.Path))
        {
            keys.GetOrCreate(["ann"]);
            keys.Erase("ann", Now);

            Assert.False(keys.Erase("ann", Now.AddDays(1)));
        }

        using var reopened = TestKeys.In(_folder.Path);
        reopened.Check();
        var (erased, at) = reopened.FindErased(reopened.Digest("ann"));
        Assert.Equal((1, Now.AddDays(1)), (erased.Count, at));
        Assert.Null(reopened.FindErased(reopened.Digest("nobody")).At);
    }

    [Fact]
    public void The_file_holds_no_subjects_name_and_under_a_master_key_no_key()
    {
        var master = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        using (var keys = TestKeys.In(_folder.Path, master))
        {
            var key = keys.GetOrCreate(["ann.example"])["ann.example"];
            Assert.DoesNotContain(Files(), file => Holds(file, key.Bytes) || Holds(file, "ann.example"u8));
            Assert.Equal(key.Bytes, keys.Find([key.Id]).Keys[key.Id].Bytes);
        }
        Assert.Contains(
            "Privacy:MasterKey",
            Assert.Throws<ConfigurationException>(() => TestKeys.In(_folder.Path).Digest("x")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(
            () => TestKeys.In(_folder.Path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))).Digest("x"));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Nobody_else_may_read_the_file_its_journal_and_its_directory()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var directory = _folder["keys"];
        using (var keys = TestKeys.In(directory))
            keys.GetOrCreate(["ann"]);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
        Assert.Equal(["keys.db", "keys.db-journal", "keys.made"], Directory.GetFiles(directory).Select(Path.GetFileName).Order());
        Assert.All(
            Directory.GetFiles(directory),
            static file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));

        foreach (var file in Directory.GetFiles(directory))
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        using (var keys = TestKeys.In(directory))
            keys.GetOrCreate(["bob"]);
        Assert.All(
            Directory.GetFiles(directory),
            static file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & UnixFileMode.OtherRead));
    }

    private string[] Files() => Directory.GetFiles(_folder.Path);

    private static bool Holds(string file, ReadOnlySpan<byte> bytes) => File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0;
}
