using System.CommandLine;
using System.Text;
using P2PStream.Discovery;
using P2PStream.Protocol;
using P2PStream.Tool.Input;
using P2PStream.Transport;

namespace P2PStream.Tool.Commands;

/// <summary><c>dht put TEXT</c>: stores an item (BEP 44), immutable, or mutable under a key.</summary>
internal static class DhtPutCommand
{
    private static readonly DhtOptions Options = new();

    private static readonly Argument<string?> Text = new("TEXT")
    {
        Description = "The value, in UTF-8; at most 1000 bytes with its encoding.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> FileName = new("--file")
    {
        Description = "Takes the value from a file.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Bencoded = new("--bencoded")
    {
        Description = "The value is bencoded already. Without it, it is kept as a string of bytes.",
    };

    private static readonly Option<string?> Key = new("--key")
    {
        Description = "A key file of keygen: the item is mutable, and this key's.",
        HelpName = "FILE",
    };

    private static readonly DhtSalt Salt = new();

    private static readonly Option<long?> Sequence = new("--seq")
    {
        Description = "The version, above every one before. Without it one more than the newest found.",
        HelpName = "N",
    };

    private static readonly Option<long?> Replaces = new("--cas")
    {
        Description = "Stores it only where the version is this one.",
        HelpName = "N",
    };

    public static Command Create() => Options.Command(
        "put", "Stores an item for two hours and prints where: its target.",
        [Text, FileName, Bencoded, Key, Salt.Option, Sequence, Replaces, Options.Bootstrap], RunAsync);

    private static async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var value = await ReadValueAsync(result, cancellationToken);
        DhtValue.Check(value);
        var salt = Salt.Read(result);
        if (result.GetValue(Sequence) < 0) throw ToolException.BadInput($"{Sequence.Name}: not negative");
        using var key = result.GetValue(Key) is { } path ? KeyFile.Read(path) : null;
        if (key is null) RefuseWithoutKey(result, salt);
        return await Options.RunAsync(result, async (node, limit) =>
        {
            var item = key is null
                ? DhtItem.Immutable(value)
                : Sign(key, salt, await NextAsync(node, key, salt, result, limit), value);
            var put = await node.PutItemAsync(item, result.GetValue(Replaces), limit);
            if (put.Newer is { } newer)
                throw ToolException.Failed($"version {newer.Sequence} is newer; nothing was stored");
            if (put.Stored == 0)
            {
                throw ToolException.Failed(put.Conflicts > 0
                    ? $"{Nodes(put.Conflicts)} another version; nothing was stored"
                    : "no node has stored it");
            }

            Console.WriteLine(item.Target);
            Console.Error.WriteLine(
                $"{Nodes(put.Stored)} it" + (item.IsMutable ? $", version {item.Sequence}" : ""));
            return ExitCode.Success;
        }, cancellationToken);
    }

    private static async Task<byte[]> ReadValueAsync(
        ParseResult result, CancellationToken cancellationToken)
    {
        var (text, path) = (result.GetValue(Text), result.GetValue(FileName));
        if ((text is null) == (path is null))
            throw ToolException.BadInput($"put: either {Text.Name} or {FileName.Name}");
        if (path is not null) Sources.RefuseUnlessFile(path);
        var bytes = path is null
            ? Encoding.UTF8.GetBytes(text!)
            : new FileInfo(path).Length <= DhtItem.MaxValueBytes
                ? await File.ReadAllBytesAsync(path, cancellationToken)
                : throw ToolException.BadInput(
                    $"{path} has more than the {DhtItem.MaxValueBytes} bytes that nodes keep");
        return result.GetValue(Bencoded) ? bytes : DhtValue.Bencode(bytes);
    }

    private static void RefuseWithoutKey(ParseResult result, byte[] salt)
    {
        var option = salt.Length > 0 ? Salt.Option.Name
            : result.GetValue(Sequence) is not null ? Sequence.Name
            : result.GetValue(Replaces) is not null ? Replaces.Name
            : null;
        if (option is not null)
            throw ToolException.BadInput($"{option}: only a mutable item has one; see {Key.Name}");
    }

    private static async Task<long> NextAsync(DhtNode node, RootKey key, byte[] salt,
        ParseResult result, CancellationToken cancellationToken)
    {
        if (result.GetValue(Sequence) is { } sequence) return sequence;
        var target = DhtItem.TargetOf(key.PublicKey.ToArray(), salt);
        var newest = await node.GetItemAsync(target, salt, cancellationToken);
        return newest is null ? 1 : newest.Sequence + 1;
    }

    private static DhtItem Sign(RootKey key, byte[] salt, long sequence, byte[] value)
    {
        var signed = new byte[DhtItem.MaxSignedBytes];
        var length = DhtItem.WriteSigned(salt, sequence, value, signed);
        var signature = key.SignDhtItem(signed.AsSpan(0, length));
        return DhtItem.TryVerify(key.PublicKey.ToArray(), salt, sequence, value, signature, out var item)
            ? item
            : throw ToolException.Failed("the key cannot sign");
    }

    private static string Nodes(int count) => count == 1 ? "1 node keeps" : $"{count} nodes keep";
}
