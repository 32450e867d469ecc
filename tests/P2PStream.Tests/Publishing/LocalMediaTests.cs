using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>A publisher's own files are read at random, and vouched for while they are as they were
/// when they were hashed.</summary>
public sealed class LocalMediaTests : IDisposable
{
    private static readonly DateTime Old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly string _folder = Directory.CreateTempSubdirectory("p2pstream-local-").FullName;
    private readonly LocalFiles _files = new();

    public void Dispose()
    {
        _files.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_is_unchanged_is_read_as_such()
    {
        var path = Write("a", 1, 2, 3, 4);
        var read = new byte[2];
        Assert.Equal(BlockReadOutcome.ReadUnchanged,
            _files.Read(new LocalMedia(path, 1), read, FileStamp.Of(path)));
        Assert.Equal([2, 3], read);
    }

    [Fact]
    public void What_may_have_changed_is_to_be_hashed()
    {
        var path = Write("a", 1, 2, 3, 4);
        var hashed = FileStamp.Of(path);
        var read = new byte[2];
        Assert.Equal(BlockReadOutcome.Read, _files.Read(new LocalMedia(path, 0), read, null));

        File.SetLastWriteTimeUtc(path, Old.AddSeconds(1));
        Assert.Equal(BlockReadOutcome.Read, _files.Read(new LocalMedia(path, 0), read, hashed));

        File.AppendAllBytes(path, [5]);
        Assert.Equal(BlockReadOutcome.Read, _files.Read(new LocalMedia(path, 0), read, hashed));
    }

    [Fact]
    public void A_file_that_takes_the_place_of_another_is_not_vouched_for()
    {
        var path = Write("a", 1, 2);
        var hashed = FileStamp.Of(path);
        File.Delete(path);
        File.WriteAllBytes(path, [7, 8]);
        Assert.Equal(BlockReadOutcome.Read,
            _files.Read(new LocalMedia(path, 0), new byte[2], hashed));
    }

    [Fact]
    public void A_shorter_file_gives_nothing_and_a_missing_one_fails()
    {
        var path = Write("a", 1, 2, 3, 4);
        Assert.Equal(BlockReadOutcome.Absent,
            _files.Read(new LocalMedia(path, 3), new byte[2], null));
        Assert.Throws<FileNotFoundException>(() =>
            _files.Read(new LocalMedia(Path.Combine(_folder, "b"), 0), new byte[1], null));
    }

    [Fact]
    public void More_files_than_are_kept_open_can_be_read()
    {
        for (var round = 0; round < 2; round++)
        {
            for (byte i = 0; i < 2 * LocalFiles.MostOpen; i++)
            {
                var path = Path.Combine(_folder, $"{i}");
                if (round == 0) Write($"{i}", i);
                var read = new byte[1];
                _files.Read(new LocalMedia(path, 0), read, null);
                Assert.Equal(i, read[0]);
            }
        }
    }

    [Fact]
    public void A_stamp_is_relied_on_only_once_a_later_change_would_show()
    {
        var path = Write("a", 1);
        var stamp = FileStamp.Of(path)!.Value;
        Assert.False(stamp.IsOldAt(Old.AddSeconds(2)));
        Assert.True(stamp.IsOldAt(Old.AddSeconds(3)));
        Assert.Null(FileStamp.Of(Path.Combine(_folder, "missing")));
    }

    [Fact]
    public async Task A_block_of_a_later_part_is_read_behind_the_parts_before_it()
    {
        var bytes = GeneratedSource.Bytes(1, 0, 3 * ContentLimits.BlockBytes);
        var path = Write("a", [9, .. bytes]);
        await using var media = new OwnMedia(new FakeTimeProvider());
        var id = new SegmentId(1, 1, 0);
        media.Add(
            new SegmentRecord
            {
                Id = id,
                Root = default,
                Parts =
                [
                    new PartDigest(ContentLimits.BlockBytes, default),
                    new PartDigest(2 * ContentLimits.BlockBytes, default),
                ],
                Start = default,
                Duration = default,
            },
            new SourceSegment
            {
                Track = 1,
                Sequence = 0,
                Start = default,
                Duration = default,
                Local = new LocalMedia(path, 1),
                Open = _ => throw new InvalidOperationException("The file is read in place."),
            },
            FileStamp.Of(path));
        var read = new byte[ContentLimits.BlockBytes];
        Assert.Equal(BlockReadOutcome.ReadUnchanged, await media.ReadAsync(
            new BlockId(id, 1, 1), read, TestContext.Current.CancellationToken));
        Assert.Equal(bytes[^ContentLimits.BlockBytes..], read);
    }

    [Theory]
    [InlineData(false, nameof(BlockReadOutcome.Read))]
    [InlineData(true, nameof(BlockReadOutcome.ReadUnchanged))]
    public async Task Only_files_that_the_host_calls_immutable_are_vouched_for(
        bool immutable, string outcome)
    {
        var path = Write("a", GeneratedSource.Bytes(0, 0, ContentLimits.BlockBytes));
        using var key = RootKey.FromSeed(new byte[RootKey.SeedBytes]);
        var source = new OneFile(path);
        await using var publisher = new StreamPublisher(
            source, await source.DescribeAsync(Token),
            new PublishOptions { Key = key, Name = "one", FilesAreImmutable = immutable },
            TimeProvider.System);
        await publisher.ReadWhatExistsAsync(Token);
        var block = new BlockId(new SegmentId(publisher.Epoch, 0, 0), 0, 0);
        Assert.Equal(outcome, (await publisher.ReadBlockAsync(
            block, new byte[ContentLimits.BlockBytes], Token)).ToString());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Write(string name, params byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, Old);
        return path;
    }

    private sealed class OneFile(string path) : IStreamSource
    {
        public Task<SourceDescription> DescribeAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new SourceDescription(StreamKind.File,
                [new TrackDescription { Id = 0, Kind = TrackKind.File, Name = "one" }], "", "", "one"));

        public async IAsyncEnumerable<SourceSegment> ReadAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            yield return new SourceSegment
            {
                Track = 0,
                Sequence = 0,
                Start = default,
                Duration = default,
                Local = new LocalMedia(path, 0),
                Open = _ => ValueTask.FromResult<Stream>(File.OpenRead(path)),
            };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
